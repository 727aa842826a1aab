import { createRoute, z } from '@hono/zod-openapi'
import { answered } from '../http/answered.ts'
import type { Endpoint } from '../http/endpoint.ts'
import type { OpenApiDocument } from './deps.ts'

const route = createRoute({
  method: 'get',
  path: '/openapi.json',
  tags: ['operations'],
  summary: 'This API as an OpenAPI 3.1 document',
  responses: { 200: answered('The document', z.looseObject({ openapi: z.string() })) },
})

/** Asks for no key: it says nothing of what is stored. */
export function getOpenapi(document: () => OpenApiDocument): Endpoint {
  return { route, asks: 'nobody', answer: async () => JSON.stringify(document()) }
}

import { createRoute } from '@hono/zod-openapi'
import { readSuppression } from '../db/suppressions/read-suppressions.ts'
import { answered } from '../http/answered.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { notFound } from '../http/errors.ts'
import type { AdminDeps } from './deps.ts'
import { namedSuppression } from './named-suppression.ts'
import { listedSuppression } from './suppression-answer.ts'
import { nameParam, suppressionSchema } from './suppression-schema.ts'

const route = createRoute({
  method: 'get',
  path: '/suppressions/{id}',
  summary: 'Why an address is suppressed, by id or address',
  request: { params: nameParam },
  responses: { 200: answered('The suppression', suppressionSchema) },
})

export function getSuppression(deps: AdminDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const named = namedSuppression(c)
    const key = 'id' in named ? named.id : named.address
    const row = await readSuppression(deps.db, key, deps.now())
    if (row === null) throw notFound('Suppression')
    return JSON.stringify({ object: 'suppression', ...listedSuppression(row) })
  }
}

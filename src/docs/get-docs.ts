import { createRoute } from '@hono/zod-openapi'
import type { Endpoint } from '../http/endpoint.ts'
import type { OpenApiDocument } from './deps.ts'
import { groupsOf } from './operations.ts'
import { PAGE_HEADERS, referencePage } from './reference-page.ts'

const route = createRoute({
  method: 'get',
  path: '/docs',
  tags: ['operations'],
  summary: 'This API as a page to read and to try it',
  responses: {
    200: {
      description: 'The page',
      content: { 'text/html': { schema: { type: 'string' } } },
    },
  },
})

export function getDocs(document: () => OpenApiDocument): Endpoint {
  let page: string | null = null
  return {
    route,
    asks: 'nobody',
    async answer() {
      page ??= String(await referencePage(document(), groupsOf(document())))
      return new Response(page, { headers: PAGE_HEADERS })
    },
  }
}

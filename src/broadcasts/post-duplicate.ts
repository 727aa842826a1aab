import { createRoute } from '@hono/zod-openapi'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { idAnswer, idParam } from './broadcast-schema.ts'
import { copyBroadcast } from './copy-broadcast.ts'
import type { BroadcastDeps } from './deps.ts'
import { namedBroadcast } from './named-broadcast.ts'

const route = createRoute({
  method: 'post',
  path: '/broadcasts/{id}/duplicate',
  summary: 'The same content as a new draft, without recipients',
  request: { params: idParam },
  responses: {
    201: { description: 'A draft', content: { 'application/json': { schema: idAnswer } } },
  },
})

export function postDuplicate(deps: BroadcastDeps): Endpoint {
  return { route, asks: 'all', status: 201, answer }

  async function answer(c: ApiContext): Promise<string> {
    const row = await namedBroadcast(c, deps.db)
    const as = { name: row.name, parentId: null, apiKeyId: c.var.apiKey.id }
    const id = await copyBroadcast(row, as, deps)
    return JSON.stringify({ object: 'broadcast', id })
  }
}

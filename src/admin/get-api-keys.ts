import { createRoute } from '@hono/zod-openapi'
import { listApiKeys } from '../db/api-keys.ts'
import { apiKeyUuid } from '../domain/api-key.ts'
import { answered } from '../http/answered.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { iso, isoOrNull } from '../http/iso.ts'
import { listOf, pageQuery } from '../http/list-schema.ts'
import { pageOfAll } from '../http/small-list.ts'
import { listedKey } from './api-key-schema.ts'
import type { AdminDeps } from './deps.ts'

const route = createRoute({
  method: 'get',
  path: '/api-keys',
  summary: 'API keys that are not revoked, newest first; without a limit all of them',
  request: { query: pageQuery },
  responses: { 200: answered('The keys, without what opens', listOf(listedKey)) },
})

export function getApiKeys(deps: AdminDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const all = await listApiKeys(deps.db)
    const { entries, hasMore } = pageOfAll(all, c.req.query(), ({ id }) => apiKeyUuid(id))
    return JSON.stringify({
      object: 'list',
      has_more: hasMore,
      data: entries.map((key) => ({
        id: apiKeyUuid(key.id),
        name: key.name,
        created_at: iso(key.created_at),
        last_used_at: isoOrNull(key.last_used_at),
        permission: key.scope,
        domain_id: key.domain_id,
      })),
    })
  }
}

import { createRoute } from '@hono/zod-openapi'
import { renameApiKey, revokeApiKey } from '../db/api-keys.ts'
import { apiKeyOfUuid, apiKeyUuid } from '../domain/api-key.ts'
import { answered } from '../http/answered.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { notFound } from '../http/errors.ts'
import { parseBody } from '../http/parse-body.ts'
import { keyDeletedAnswer, keyIdAnswer, keyParam, renameBody } from './api-key-schema.ts'
import type { AdminDeps } from './deps.ts'
import { MAX_BODY } from './max-body.ts'
import { parseKeyName } from './parse-key-name.ts'

const patchRoute = createRoute({
  method: 'patch',
  path: '/api-keys/{id}',
  summary: 'Give an API key another name',
  request: { params: keyParam, body: { content: { 'application/json': { schema: renameBody } } } },
  responses: { 200: answered('Renamed', keyIdAnswer) },
})

export function patchApiKey(deps: AdminDeps): Endpoint {
  return {
    route: patchRoute,
    asks: 'all',
    async answer(c) {
      const id = keyId(c)
      const { name } = await parseBody(c.req.raw, renameBody, MAX_BODY)
      if (!(await renameApiKey(deps.db, id, parseKeyName(name)))) throw notFound('API key')
      return JSON.stringify({ object: 'api_key', id: apiKeyUuid(id) })
    },
  }
}

const deleteRoute = createRoute({
  method: 'delete',
  path: '/api-keys/{id}',
  summary: 'Revoke an API key at once',
  request: { params: keyParam },
  responses: { 200: answered('Revoked', keyDeletedAnswer) },
})

export function deleteApiKey(deps: AdminDeps): Endpoint {
  return {
    route: deleteRoute,
    asks: 'all',
    async answer(c) {
      const id = keyId(c)
      if (!(await revokeApiKey(deps.db, id, deps.now()))) throw notFound('API key')
      console.info('API key revoked', { keyId: id, revokedBy: c.var.apiKey.id })
      return JSON.stringify({ object: 'api_key', id: apiKeyUuid(id), deleted: true })
    },
  }
}

function keyId(c: ApiContext): string {
  const id = apiKeyOfUuid(c.req.param('id') ?? '')
  if (id === null) throw notFound('API key')
  return id
}

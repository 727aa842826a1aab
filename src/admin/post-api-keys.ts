import { createRoute } from '@hono/zod-openapi'
import { createApiKey } from '../db/api-keys.ts'
import { apiKeyUuid, hashApiKey, newApiKey } from '../domain/api-key.ts'
import { answered } from '../http/answered.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { invalidField, notFound } from '../http/errors.ts'
import { parseBody } from '../http/parse-body.ts'
import { pathId } from '../http/path-id.ts'
import { keyBody, newKeyAnswer } from './api-key-schema.ts'
import type { AdminDeps } from './deps.ts'
import { MAX_BODY } from './max-body.ts'
import { parseKeyName } from './parse-key-name.ts'

const route = createRoute({
  method: 'post',
  path: '/api-keys',
  summary: 'Make an API key; it is shown this once',
  request: { body: { content: { 'application/json': { schema: keyBody } } } },
  responses: { 201: answered('The key', newKeyAnswer) },
})

export function postApiKeys(deps: AdminDeps): Endpoint {
  return { route, asks: 'all', status: 201, answer }

  async function answer(c: ApiContext): Promise<string> {
    const { name, permission, domain_id } = await parseBody(c.req.raw, keyBody, MAX_BODY)
    const scope = permission ?? 'full_access'
    if (domain_id && scope === 'full_access') {
      throw invalidField('domain_id', 'Only a key of `sending_access` is restricted to a domain.')
    }
    const { id, key } = newApiKey(deps.random)
    const isMade = await createApiKey(deps.db, {
      id,
      name: parseKeyName(name),
      hash: await hashApiKey(key),
      scope,
      domainId: domain_id ? pathId(domain_id, 'Domain') : null,
      now: deps.now(),
    })
    if (!isMade) throw notFound('Domain')
    console.info('API key made', { keyId: id, scope, madeBy: c.var.apiKey.id })
    return JSON.stringify({ id: apiKeyUuid(id), token: key })
  }
}

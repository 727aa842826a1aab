import { createRoute } from '@hono/zod-openapi'
import { rotateSecret } from '../db/webhooks/change-webhooks.ts'
import { SECRET_BYTES, webhookSecret } from '../domain/webhook-secret.ts'
import { answered } from '../http/answered.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { notFound } from '../http/errors.ts'
import type { WebhookDeps } from './deps.ts'
import { webhookId } from './named-webhook.ts'
import { idParam, secretAnswer } from './webhook-schema.ts'

/** So long the secret before signs beside the new one. */
const BOTH_SIGN_MS = 24 * 60 * 60 * 1000

const route = createRoute({
  method: 'post',
  path: '/webhooks/{id}/signing-secret/rotate',
  summary: 'A new secret; for 24 hours the one before it signs, too',
  request: { params: idParam },
  responses: { 200: answered('The new secret', secretAnswer) },
})

export function postRotate(deps: WebhookDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const id = webhookId(c)
    const now = deps.now()
    const secret = webhookSecret(deps.random(SECRET_BYTES))
    const until = now + BOTH_SIGN_MS
    if (!(await rotateSecret(deps.db, id, { secret, until, now }))) throw notFound('Webhook')
    console.info('webhook secret rotated', { webhookId: id })
    return JSON.stringify({ object: 'webhook', id, signing_secret: secret })
  }
}

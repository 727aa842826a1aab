import { createRoute } from '@hono/zod-openapi'
import { createWebhook } from '../db/webhooks/change-webhooks.ts'
import { uuidv7 } from '../domain/id.ts'
import { SECRET_BYTES, webhookSecret } from '../domain/webhook-secret.ts'
import { answered } from '../http/answered.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { ApiError } from '../http/errors.ts'
import { parseBody } from '../http/parse-body.ts'
import type { WebhookDeps } from './deps.ts'
import { parseEndpoint, parseEvents } from './parse-webhook.ts'
import { createBody, MAX_BYTES, secretAnswer } from './webhook-schema.ts'

/** Each is looked at whenever something happens. */
const MOST = 50

const route = createRoute({
  method: 'post',
  path: '/webhooks',
  summary: 'Have an endpoint told of events from now on',
  request: { body: { content: { 'application/json': { schema: createBody } } } },
  responses: { 201: answered('Made, with the secret that signs', secretAnswer) },
})

export function postWebhooks(deps: WebhookDeps): Endpoint {
  return { route, asks: 'all', status: 201, answer }

  async function answer(c: ApiContext): Promise<string> {
    const input = await parseBody(c.req.raw, createBody, MAX_BYTES)
    const endpoint = parseEndpoint(input.endpoint, deps)
    const events = parseEvents(input.events)
    const now = deps.now()
    const id = uuidv7(now, 0, deps.random(8))
    const secret = webhookSecret(deps.random(SECRET_BYTES))
    if (!(await createWebhook(deps.db, { id, endpoint, events, secret, now }, MOST))) {
      throw new ApiError(422, 'validation_error', `There are ${MOST} webhooks already.`)
    }
    console.info('webhook made', { webhookId: id })
    return JSON.stringify({ object: 'webhook', id, signing_secret: secret })
  }
}

import { createRoute } from '@hono/zod-openapi'
import { changeWebhook } from '../db/webhooks/change-webhooks.ts'
import { answered } from '../http/answered.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { notFound } from '../http/errors.ts'
import { parseBody } from '../http/parse-body.ts'
import type { WebhookDeps } from './deps.ts'
import { webhookId } from './named-webhook.ts'
import { parseEndpoint, parseEvents } from './parse-webhook.ts'
import { changeBody, idAnswer, idParam, MAX_BYTES } from './webhook-schema.ts'

const route = createRoute({
  method: 'patch',
  path: '/webhooks/{id}',
  summary: 'Change a webhook, disable it or enable it again',
  request: {
    params: idParam,
    body: { content: { 'application/json': { schema: changeBody } } },
  },
  responses: { 200: answered('Changed', idAnswer) },
})

/** What was told while it was disabled is sent when it is enabled again. */
export function patchWebhook(deps: WebhookDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const { endpoint, events, status } = await parseBody(c.req.raw, changeBody, MAX_BYTES)
    const id = webhookId(c)
    const change = {
      ...(endpoint !== undefined &&
        endpoint !== null && { endpoint: parseEndpoint(endpoint, deps) }),
      ...(events !== undefined && events !== null && { events: parseEvents(events) }),
      ...(status !== undefined && status !== null && { status }),
    }
    if (!(await changeWebhook(deps.db, id, change, deps.now()))) throw notFound('Webhook')
    console.info('webhook changed', { webhookId: id, ...(status && { status }) })
    return JSON.stringify({ object: 'webhook', id })
  }
}

import { createRoute } from '@hono/zod-openapi'
import { eventsOf, secretsOf } from '../db/webhooks/webhook.ts'
import { SAMPLE_TYPES, sampleBody, type SampleType } from '../domain/webhook-sample.ts'
import { answered } from '../http/answered.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { parseBody } from '../http/parse-body.ts'
import type { WebhookDeps } from './deps.ts'
import { namedWebhook } from './named-webhook.ts'
import { idParam, MAX_BYTES, testAnswer, testBody } from './webhook-schema.ts'

const route = createRoute({
  method: 'post',
  path: '/webhooks/{id}/test',
  summary: 'Send a test event now, signed like any other, and show the answer',
  request: { params: idParam, body: { content: { 'application/json': { schema: testBody } } } },
  responses: { 200: answered('What the endpoint answered', testAnswer) },
})

/** A disabled webhook can be tested before it is enabled. */
export function postTest(deps: WebhookDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const { type: given } = await parseBody(c.req.raw, testBody, MAX_BYTES)
    const webhook = await namedWebhook(c, deps.db)
    const now = deps.now()
    const type = given ?? firstOf(eventsOf(webhook))
    const id = `msg_test_${Array.from(deps.random(12), (byte) => (byte % 36).toString(36)).join('')}`
    const { status, response } = await deps.send({
      id,
      body: JSON.stringify(sampleBody(type, now, deps.wording)),
      endpoint: webhook.endpoint,
      secrets: secretsOf(webhook, now),
      at: now,
    })
    const delivered = status !== null && status >= 200 && status < 300
    console.info('webhook tested', { webhookId: webhook.id, status })
    return JSON.stringify({
      object: 'webhook_test',
      id,
      type,
      http_status_code: status,
      response,
      delivered,
    })
  }
}

function firstOf(events: string[] | null): SampleType {
  return SAMPLE_TYPES.find((type) => events?.includes(type)) ?? 'email.delivered'
}

import { createRoute } from '@hono/zod-openapi'
import { answered } from '../http/answered.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { ApiError } from '../http/errors.ts'
import { isoOrNull } from '../http/iso.ts'
import type { WebhookDeps } from './deps.ts'
import { namedEvent, namedWebhook } from './named-webhook.ts'
import { listedSentAnswer } from './webhook-answer.ts'
import { eventParam, sentAnswer } from './webhook-schema.ts'

const route = createRoute({
  method: 'get',
  path: '/webhooks/{id}/events/{event}',
  summary: 'An event with its body, and when it is tried next',
  request: { params: eventParam },
  responses: {
    200: answered('The event', sentAnswer),
    410: { description: 'What it told of is no longer kept' },
  },
})

export function getSentEvent(deps: WebhookDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const webhook = await namedWebhook(c, deps.db)
    const { sent, body } = await namedEvent(c, webhook, deps)
    if (body === null) throw noLongerKept()
    return JSON.stringify({
      object: 'webhook_event',
      ...listedSentAnswer(sent),
      next_attempt_at: isoOrNull(sent.nextAt),
      payload: body,
    })
  }
}

/** Retention or an erasure has taken what the event told of. */
export function noLongerKept(): ApiError {
  return new ApiError(410, 'not_found', 'What this event told of is no longer kept.')
}

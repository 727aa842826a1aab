import { createRoute } from '@hono/zod-openapi'
import { replayEvent } from '../db/webhooks/replay.ts'
import { answered } from '../http/answered.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import type { WebhookDeps } from './deps.ts'
import { noLongerKept } from './get-sent-event.ts'
import { namedEvent, namedWebhook } from './named-webhook.ts'
import { eventParam, replayedAnswer } from './webhook-schema.ts'

const route = createRoute({
  method: 'post',
  path: '/webhooks/{id}/events/{event}/replay',
  summary: 'Send an event once more, under the same id',
  request: { params: eventParam },
  responses: {
    200: answered('It is going to be sent', replayedAnswer),
    410: { description: 'What it told of is no longer kept' },
  },
})

export function postEventReplay(deps: WebhookDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const webhook = await namedWebhook(c, deps.db)
    const { id, place, body } = await namedEvent(c, webhook, deps)
    if (body === null) throw noLongerKept()
    // What is still to be sent from the order of arrival is sent from there.
    if (place.feed <= webhook.cursor) {
      await replayEvent(deps.db, webhook.id, { place, type: body.type, now: deps.now() })
    }
    console.info('webhook event replayed', { webhookId: webhook.id, eventId: id })
    return JSON.stringify({ object: 'webhook_event', id })
  }
}

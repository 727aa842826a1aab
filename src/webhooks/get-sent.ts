import { createRoute } from '@hono/zod-openapi'
import { listSent } from '../db/webhooks/read-sent.ts'
import { webhookPlace } from '../domain/webhook-place.ts'
import { answered } from '../http/answered.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { invalidParameter } from '../http/errors.ts'
import { listOf } from '../http/list-schema.ts'
import { pageOf } from '../http/page.ts'
import type { WebhookDeps } from './deps.ts'
import { namedWebhook } from './named-webhook.ts'
import { listedSentAnswer } from './webhook-answer.ts'
import { idParam, laterQuery, listedSent } from './webhook-schema.ts'

const route = createRoute({
  method: 'get',
  path: '/webhooks/{id}/events',
  summary: 'What a webhook was sent, newest first',
  request: { params: idParam, query: laterQuery },
  responses: { 200: answered('A page of events', listOf(listedSent)) },
})

export function getSent(deps: WebhookDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const { limit: given, after } = c.req.query()
    const { limit } = pageOf(given === undefined ? {} : { limit: given })
    const before = after === undefined || after === '' ? null : webhookPlace(after)
    if (after && before === null) throw invalidParameter('after', 'The id of an event.')
    const { id } = await namedWebhook(c, deps.db)
    const { events, hasMore } = await listSent(deps.db, id, { before, limit })
    return JSON.stringify({
      object: 'list',
      has_more: hasMore,
      data: events.map(listedSentAnswer),
    })
  }
}

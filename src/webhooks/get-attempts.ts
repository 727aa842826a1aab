import { createRoute } from '@hono/zod-openapi'
import { type Attempt, listAttempts } from '../db/webhooks/read-sent.ts'
import { answered } from '../http/answered.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { invalidParameter } from '../http/errors.ts'
import { iso } from '../http/iso.ts'
import { listOf } from '../http/list-schema.ts'
import { pageOf } from '../http/page.ts'
import type { WebhookDeps } from './deps.ts'
import { namedEvent, namedWebhook } from './named-webhook.ts'
import { eventParam, laterQuery, listedAttempt } from './webhook-schema.ts'

const route = createRoute({
  method: 'get',
  path: '/webhooks/{id}/events/{event}/attempts',
  summary: 'How often an event was sent and what was answered, newest first',
  request: { params: eventParam, query: laterQuery },
  responses: { 200: answered('A page of attempts', listOf(listedAttempt)) },
})

export function getAttempts(deps: WebhookDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const { limit: given, after } = c.req.query()
    const { limit } = pageOf(given === undefined ? {} : { limit: given })
    const webhook = await namedWebhook(c, deps.db)
    const { id, place } = await namedEvent(c, webhook, deps)
    const before = numberOf(after, id)
    const { attempts, hasMore } = await listAttempts(deps.db, webhook.id, place, { before, limit })
    return JSON.stringify({
      object: 'list',
      has_more: hasMore,
      data: attempts.map((attempt) => attemptAnswer(attempt, id)),
    })
  }
}

function attemptAnswer({ number, sent_at, status, response }: Attempt, eventId: string): object {
  return {
    id: `${eventId}_${number}`,
    http_status_code: status ?? 0,
    response,
    sent_at: iso(sent_at),
  }
}

function numberOf(after: string | undefined, eventId: string): number | null {
  if (after === undefined || after === '') return null
  const digits = after.startsWith(`${eventId}_`) ? after.slice(eventId.length + 1) : ''
  if (/^\d{1,6}$/.test(digits)) return Number(digits)
  throw invalidParameter('after', 'The id of an attempt of this event.')
}

import { readFeedRow } from '../db/webhooks/read-feed.ts'
import { readSent, type SentEvent } from '../db/webhooks/read-sent.ts'
import { readToldEvents } from '../db/webhooks/read-told-events.ts'
import { readWebhook } from '../db/webhooks/read-webhooks.ts'
import { eventsOf, type WebhookRow } from '../db/webhooks/webhook.ts'
import { asAsked } from '../domain/as-asked.ts'
import { type WebhookBody, webhookEvents } from '../domain/webhook-body.ts'
import { webhookPlace, type WebhookPlace } from '../domain/webhook-place.ts'
import type { ApiContext } from '../http/endpoint.ts'
import { notFound } from '../http/errors.ts'
import { pathId } from '../http/path-id.ts'
import type { WebhookDeps } from './deps.ts'

/** The id in the path; it may still name nothing. */
export function webhookId(c: ApiContext): string {
  return pathId(c.req.param('id'), 'Webhook')
}

/** The webhook that the path names. */
export async function namedWebhook(c: ApiContext, db: D1Database): Promise<WebhookRow> {
  const webhook = await readWebhook(db, webhookId(c))
  if (webhook === null) throw notFound('Webhook')
  return webhook
}

export interface NamedEvent {
  id: string
  place: WebhookPlace
  sent: SentEvent
  /** Null: retention or an erasure has taken what it told of. */
  body: WebhookBody | null
}

/** The event in the path, if the webhook was sent it or is going to be. */
export async function namedEvent(
  c: ApiContext,
  webhook: WebhookRow,
  { db, wording }: Pick<WebhookDeps, 'db' | 'wording'>,
): Promise<NamedEvent> {
  const id = c.req.param('event') ?? ''
  const place = webhookPlace(id)
  if (place === null) throw notFound('Webhook event')
  const row = await readFeedRow(db, place.feed)
  const events = row === null ? new Map() : await readToldEvents(db, [row])
  const found = row === null ? [] : webhookEvents(row, events, wording)
  const told = found.find((event) => event.id === id)?.body ?? null
  const asked = told && asAsked(eventsOf(webhook), told)
  const known = await readSent(db, webhook.id, place)
  // What it was sent before it asked for other types is shown as it is told.
  if (known !== null && known.id === id) return { id, place, sent: known, body: asked ?? told }
  if (place.feed <= webhook.cursor || asked === null) throw notFound('Webhook event')
  const sent = { id, type: asked.type, at: place.at, status: 'pending', nextAt: null } as const
  return { id, place, sent, body: asked }
}

import { asAsked } from '../../domain/as-asked.ts'
import { type WebhookBody, webhookEvents, type Wording } from '../../domain/webhook-body.ts'
import { type WebhookPlace, webhookEventId, webhookPlace } from '../../domain/webhook-place.ts'
import { type Position, slicesAfter } from '../../domain/webhook-position.ts'
import { readFeed, readFeedRows } from './read-feed.ts'
import { readToldEvents } from './read-told-events.ts'
import { eventsOf, type WebhookRow } from './webhook.ts'

/** Read in one go, of the order of arrival and of what is to be sent again. */
const ROWS = 50
const HAPPENINGS = 300
const RETRIES = 100

/** What is to be sent again. */
export interface Retry {
  feed: number
  feed_at: number
  key: number
  part: number
  failures: number
  due_at: number
}

export interface DueEvent {
  id: string
  place: WebhookPlace
  type: string
  /** JSON, as it is signed. */
  body: string
  /** Null: it stands in the order of arrival. */
  retry: Retry | null
}

export interface Due {
  /** Those due first stand first. */
  again: DueEvent[]
  /** In the order of arrival. */
  fresh: DueEvent[]
  /** Where the endpoint stands when all the fresh ones are done with. */
  end: Position
  /** To be sent again, but retention or an erasure took what they told, or it is not asked for any more. */
  untellable: Retry[]
}

/** What an endpoint is to be sent, a bounded piece of it. With the breaker open, retries too that are not due yet. */
export async function readDue(
  db: D1Database,
  webhook: WebhookRow,
  { now, wording }: { now: number; wording: Wording },
): Promise<Due> {
  const dueBy = webhook.probe_at === null ? now : Number.MAX_SAFE_INTEGER
  const retries = await readRetries(db, webhook.id, dueBy)
  const rows = await readFeed(db, webhook.cursor, ROWS)
  const position = { cursor: webhook.cursor, key: webhook.cursor_key }
  const { slices, end } = slicesAfter(position, rows, HAPPENINGS)
  const kept = await readFeedRows(
    db,
    retries.map(({ feed }) => feed),
  )
  const told = await readToldEvents(db, [
    ...slices.map(({ row, from, to }) => ({ keys: row.keys.slice(from, to) })),
    ...retries.map(({ feed, key }) => ({ keys: kept.get(feed)?.keys.slice(key, key + 1) ?? [] })),
  ])

  const asked = eventsOf(webhook)
  const fresh = slices.flatMap(({ row, from, to }) =>
    webhookEvents(row, told, wording)
      .flatMap(({ id, body }) => dueEvent(id, asAsked(asked, body), null))
      .filter(({ place }) => place.key >= from && isBefore(place, to)),
  )
  const known = new Set(fresh.map(({ id }) => id))
  const again: DueEvent[] = []
  const untellable: Retry[] = []
  for (const retry of retries) {
    const id = retryId(retry)
    const row = kept.get(retry.feed)
    const event = row && webhookEvents(row, told, wording).find((each) => each.id === id)
    if (event === undefined) untellable.push(retry)
    // What was asked for when it was told is sent, whatever is asked for now.
    else if (!known.has(id))
      again.push(...dueEvent(id, asAsked(asked, event.body) ?? event.body, retry))
  }
  return { again, fresh, end, untellable }
}

const DUE = `SELECT feed, feed_at, key, part, failures, due_at FROM webhook_retries
WHERE webhook_id = ?1 AND due_at <= ?2 ORDER BY due_at LIMIT ${RETRIES}`

async function readRetries(db: D1Database, webhookId: string, dueBy: number): Promise<Retry[]> {
  const { results } = await db.prepare(DUE).bind(webhookId, dueBy).all<Retry>()
  return results
}

function retryId({ feed, feed_at: at, key, part }: Retry): string {
  return webhookEventId({ feed, at, key, part })
}

/** A notice has no keys, and stands at the first. */
function isBefore({ key }: WebhookPlace, to: number): boolean {
  return key < Math.max(to, 1)
}

/** One, or none when the endpoint does not ask for it. */
function dueEvent(id: string, body: WebhookBody | null, retry: Retry | null): DueEvent[] {
  const place = webhookPlace(id)
  if (place === null || body === null) return []
  return [{ id, place, type: body.type, body: JSON.stringify(body), retry }]
}

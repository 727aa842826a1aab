import { webhookEventId, type WebhookPlace } from '../../domain/webhook-place.ts'

/** What an endpoint was sent, or is to be sent again. */
export interface SentEvent {
  /** Of the event, as in its header. */
  id: string
  type: string
  /** When it was told, epoch milliseconds. */
  at: number
  status: 'success' | 'pending' | 'failed' | 'attempting'
  /** When it is tried next. */
  nextAt: number | null
}

interface Row {
  feed: number
  feed_at: number
  key: number
  part: number
  type: string
  /** Of the last attempt. */
  status: number | null
  attempts: number
  is_retry: 0 | 1
  failures: number | null
  due_at: number | null
}

const PLACES = (table: string, beyond: string) => `SELECT DISTINCT feed, key, part FROM ${table}
  WHERE webhook_id = ?1 AND ${beyond} ORDER BY feed DESC, key DESC, part DESC LIMIT ?5`

/** Each table walks its own key; then both are looked at for what is on the page. */
const sent = (beyond: string) => `WITH places AS (
  SELECT feed, key, part FROM (SELECT * FROM (${PLACES('webhook_attempts', beyond)})
    UNION SELECT * FROM (${PLACES('webhook_retries', beyond)}))
  ORDER BY feed DESC, key DESC, part DESC LIMIT ?5)
SELECT p.feed, coalesce(a.feed_at, r.feed_at) AS feed_at, p.key, p.part, coalesce(a.type, r.type) AS type,
  a.status, coalesce(a.number, 0) AS attempts, r.webhook_id IS NOT NULL AS is_retry, r.failures, r.due_at
FROM places p
LEFT JOIN webhook_attempts a ON a.webhook_id = ?1 AND a.feed = p.feed AND a.key = p.key AND a.part = p.part
  AND a.number = (SELECT max(number) FROM webhook_attempts n
    WHERE n.webhook_id = ?1 AND n.feed = p.feed AND n.key = p.key AND n.part = p.part)
LEFT JOIN webhook_retries r ON r.webhook_id = ?1 AND r.feed = p.feed AND r.key = p.key AND r.part = p.part
ORDER BY p.feed DESC, p.key DESC, p.part DESC`

const BEFORE_PLACE = sent('(feed, key, part) < (?2, ?3, ?4)')
const AT_PLACE = sent('feed = ?2 AND key = ?3 AND part = ?4')

/** Newest first, from before a place; reads one more to know whether there are more. */
export async function listSent(
  db: D1Database,
  webhookId: string,
  { before, limit }: { before: Omit<WebhookPlace, 'at'> | null; limit: number },
): Promise<{ events: SentEvent[]; hasMore: boolean }> {
  const { feed, key, part } = before ?? { feed: Number.MAX_SAFE_INTEGER, key: 0, part: 0 }
  const { results } = await db
    .prepare(BEFORE_PLACE)
    .bind(webhookId, feed, key, part, limit + 1)
    .all<Row>()
  return { events: results.slice(0, limit).map(sentEvent), hasMore: results.length > limit }
}

/** Null: it was never sent, and is not to be sent again. */
export async function readSent(
  db: D1Database,
  webhookId: string,
  { feed, key, part }: WebhookPlace,
): Promise<SentEvent | null> {
  const row = await db.prepare(AT_PLACE).bind(webhookId, feed, key, part, 1).first<Row>()
  return row === null ? null : sentEvent(row)
}

function sentEvent(row: Row): SentEvent {
  const { feed, feed_at: at, key, part, type, due_at } = row
  return {
    id: webhookEventId({ feed, at, key, part }),
    type,
    at,
    status: statusOf(row),
    nextAt: row.is_retry === 1 ? due_at : null,
  }
}

function statusOf({ is_retry, status, due_at, failures }: Row): SentEvent['status'] {
  // Sent again from the order of arrival, it stands there.
  if (is_retry === 0) return isSuccess(status) ? 'success' : 'pending'
  if (due_at === null) return 'failed'
  return failures === 0 ? 'pending' : 'attempting'
}

function isSuccess(status: number | null): boolean {
  return status !== null && status >= 200 && status < 300
}

export interface Attempt {
  number: number
  sent_at: number
  /** HTTP status; null: no answer came. */
  status: number | null
  response: string
}

const ATTEMPTS = `SELECT number, sent_at, status, response FROM webhook_attempts
WHERE webhook_id = ?1 AND feed = ?2 AND key = ?3 AND part = ?4 AND (?5 IS NULL OR number < ?5)
ORDER BY number DESC LIMIT ?6`

/** Of one event, newest first, from before one of them. */
export async function listAttempts(
  db: D1Database,
  webhookId: string,
  { feed, key, part }: WebhookPlace,
  { before, limit }: { before: number | null; limit: number },
): Promise<{ attempts: Attempt[]; hasMore: boolean }> {
  const { results } = await db
    .prepare(ATTEMPTS)
    .bind(webhookId, feed, key, part, before, limit + 1)
    .all<Attempt>()
  return { attempts: results.slice(0, limit), hasMore: results.length > limit }
}

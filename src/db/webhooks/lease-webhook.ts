import type { WebhookRow } from './webhook.ts'

/** An open breaker is tried with whatever there is, however late that would be due. */
const IS_DUE = `(w.cursor < (SELECT max(id) FROM feed) OR EXISTS (SELECT 1 FROM webhook_retries r
  WHERE r.webhook_id = w.id AND r.due_at <= iif(w.probe_at IS NULL, ?1, ${Number.MAX_SAFE_INTEGER})))`
const IS_FREE = `w.status = 'enabled' AND coalesce(w.probe_at, 0) <= ?1 AND coalesce(w.lease_until, 0) <= ?1`

const DUE = `SELECT w.id FROM webhooks w WHERE ${IS_FREE} AND ${IS_DUE} ORDER BY w.cursor LIMIT ?2`

/** Endpoints to which something is due and nobody is sending, those furthest behind first. */
export async function dueWebhooks(db: D1Database, now: number, limit: number): Promise<string[]> {
  const { results } = await db.prepare(DUE).bind(now, limit).all<{ id: string }>()
  return results.map(({ id }) => id)
}

export interface Lease {
  id: string
  /** Made afresh by each who takes one. */
  lease: string
  /** Epoch milliseconds. */
  until: number
  now: number
}

const TAKE = `UPDATE webhooks AS w SET lease = ?3, lease_until = ?4
WHERE w.id = ?2 AND ${IS_FREE} AND ${IS_DUE} RETURNING *`

/** Null: nothing is due to it, or somebody else is sending. */
export async function leaseWebhook(
  db: D1Database,
  { id, lease, until, now }: Lease,
): Promise<WebhookRow | null> {
  return await db.prepare(TAKE).bind(now, id, lease, until).first<WebhookRow>()
}

const RELEASE = `UPDATE webhooks SET lease = NULL, lease_until = NULL WHERE id = ?1 AND lease = ?2`

/** When something is due next: with the breaker open, not before it may be tried. */
const NEXT = `SELECT max(coalesce(w.probe_at, 0), iif(w.cursor < (SELECT max(id) FROM feed), 0,
  (SELECT iif(w.probe_at IS NULL, min(r.due_at), 0) FROM webhook_retries r
    WHERE r.webhook_id = w.id AND r.due_at IS NOT NULL HAVING count(*) > 0))) AS next_at
FROM webhooks w WHERE w.id = ?1 AND w.status = 'enabled'`

/**
 * Lets go, and says when something is due next; null: nothing is. Both in one, so that who was
 * turned away by this lease is not forgotten.
 */
export async function releaseWebhook(
  db: D1Database,
  { id, lease }: Pick<Lease, 'id' | 'lease'>,
): Promise<number | null> {
  const [, next] = await db.batch<{ next_at: number | null }>([
    db.prepare(RELEASE).bind(id, lease),
    db.prepare(NEXT).bind(id),
  ])
  return next?.results[0]?.next_at ?? null
}

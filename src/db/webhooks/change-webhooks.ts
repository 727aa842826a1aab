export interface NewWebhook {
  id: string
  endpoint: string
  /** Null: the contract's types. */
  events: string[] | null
  secret: string
  now: number
}

/** What was told before it was there is not sent to it. */
const CREATE = `INSERT INTO webhooks (id, endpoint, events, status, secret, cursor, created_at, changed_at)
SELECT ?1, ?2, ?3, 'enabled', ?4, (SELECT coalesce(max(id), 0) FROM feed), ?5, ?5
WHERE (SELECT count(*) FROM webhooks) < ?6`

/** False: there are `most` already. */
export async function createWebhook(
  db: D1Database,
  { id, endpoint, events, secret, now }: NewWebhook,
  most: number,
): Promise<boolean> {
  const list = events === null ? null : JSON.stringify(events)
  const created = await db.prepare(CREATE).bind(id, endpoint, list, secret, now, most).run()
  return created.meta.changes === 1
}

export interface WebhookChange {
  endpoint?: string
  events?: string[] | null
  status?: 'enabled' | 'disabled'
}

const ANEW = `(?5 = 'enabled' AND status = 'disabled') OR ?2 <> endpoint`

/** Enabled again or led elsewhere, it begins anew: what was told meanwhile is sent, and old failures count no more. */
const CHANGE = `UPDATE webhooks SET endpoint = coalesce(?2, endpoint),
  events = iif(?3, ?4, events), status = coalesce(?5, status),
  reason = iif(?5 IS NULL OR ?5 = status, reason, NULL),
  failing_since = iif(${ANEW}, NULL, failing_since), failures = iif(${ANEW}, 0, failures),
  probe_at = iif(${ANEW}, NULL, probe_at), changed_at = ?6
WHERE id = ?1`

/** False: there is no such webhook. */
export async function changeWebhook(
  db: D1Database,
  id: string,
  { endpoint, events, status }: WebhookChange,
  now: number,
): Promise<boolean> {
  const list = events === undefined || events === null ? null : JSON.stringify(events)
  const named = events === undefined ? 0 : 1
  const changed = await db
    .prepare(CHANGE)
    .bind(id, endpoint ?? null, named, list, status ?? null, now)
    .run()
  return changed.meta.changes === 1
}

const ROTATE = `UPDATE webhooks SET previous_secret = secret, previous_until = ?3, secret = ?2, changed_at = ?4
WHERE id = ?1`

/** Both sign until `until`; one that was being replaced already ends now. False: there is no such webhook. */
export async function rotateSecret(
  db: D1Database,
  id: string,
  { secret, until, now }: { secret: string; until: number; now: number },
): Promise<boolean> {
  const rotated = await db.prepare(ROTATE).bind(id, secret, until, now).run()
  return rotated.meta.changes === 1
}

/** With what it was sent and was still to be sent. False: there is no such webhook. */
export async function deleteWebhook(db: D1Database, id: string): Promise<boolean> {
  const [deleted] = await db.batch([
    db.prepare('DELETE FROM webhooks WHERE id = ?1').bind(id),
    db.prepare('DELETE FROM webhook_retries WHERE webhook_id = ?1').bind(id),
    db.prepare('DELETE FROM webhook_attempts WHERE webhook_id = ?1').bind(id),
  ])
  return deleted?.meta.changes === 1
}

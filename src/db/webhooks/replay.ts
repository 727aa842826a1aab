import type { WebhookPlace } from '../../domain/webhook-place.ts'

const AGAIN = `INSERT INTO webhook_retries (webhook_id, feed, feed_at, key, part, type, failures, due_at, created_at)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, 0, ?7, ?7 WHERE EXISTS (SELECT 1 FROM webhooks WHERE id = ?1)
ON CONFLICT (webhook_id, feed, key, part) DO UPDATE SET failures = 0, due_at = excluded.due_at`

/** Sends one event once more, under the same id, with all its tries. */
export async function replayEvent(
  db: D1Database,
  webhookId: string,
  { place, type, now }: { place: WebhookPlace; type: string; now: number },
): Promise<void> {
  const { feed, at, key, part } = place
  await db.prepare(AGAIN).bind(webhookId, feed, at, key, part, type, now).run()
}

/** What is sent from the order of arrival anyway is not sent from here, too. */
const NOT_TWICE = `DELETE FROM webhook_retries WHERE webhook_id = ?1 AND feed > ?2`
const SET_BACK = `UPDATE webhooks SET cursor_key = iif(?2 <= cursor, 0, cursor_key), cursor = min(cursor, ?2),
  changed_at = ?3 WHERE id = ?1`

/** Sends everything once more that was told after a row of the order of arrival. False: there is no such webhook. */
export async function replayAfter(
  db: D1Database,
  webhookId: string,
  { feed, now }: { feed: number; now: number },
): Promise<boolean> {
  const [, set] = await db.batch([
    db.prepare(NOT_TWICE).bind(webhookId, feed),
    db.prepare(SET_BACK).bind(webhookId, feed, now),
  ])
  return set?.meta.changes === 1
}

import { feedBefore } from './read-feed.ts'

/** Each webhook walks its own key; of a replay of something old the newest attempts stay. */
const FORGET = `DELETE FROM webhook_attempts WHERE (webhook_id, feed, key, part, number) IN
  (SELECT a.webhook_id, a.feed, a.key, a.part, a.number
   FROM webhooks w CROSS JOIN webhook_attempts a ON a.webhook_id = w.id
   WHERE a.feed <= ?1 AND a.sent_at < ?2 LIMIT ?3)`

/** Only what was given up: what is to be sent still is. */
const FORGET_DEAD = `DELETE FROM webhook_retries WHERE (webhook_id, feed, key, part) IN
  (SELECT r.webhook_id, r.feed, r.key, r.part
   FROM webhooks w CROSS JOIN webhook_retries r ON r.webhook_id = w.id
   WHERE r.feed <= ?1 AND r.due_at IS NULL AND r.created_at < ?2 LIMIT ?3)`

/** Forgets what endpoints were sent before a moment, a bounded chunk. */
export async function forgetSent(
  db: D1Database,
  { before, limit }: { before: number; limit: number },
): Promise<void> {
  const feed = await feedBefore(db, before)
  await db.batch([
    db.prepare(FORGET).bind(feed, before, limit),
    db.prepare(FORGET_DEAD).bind(feed, before, limit),
  ])
}

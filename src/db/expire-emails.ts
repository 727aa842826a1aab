import { localEvents, localFeed } from './local-events.ts'

const OVER = `SELECT id FROM emails WHERE priority IN ('high', 'normal', 'bulk') AND due_at <= ?1
  AND state IN ('queued', 'scheduled') AND expires_at <= ?1 LIMIT ?2`

const CLOSE = `UPDATE emails SET state = iif(doubted, 'unknown', 'failed'), due_at = NULL,
  lease_until = NULL, reason = 'expired before it could be sent'
WHERE id IN (SELECT value FROM json_each(?1)) AND state IN ('queued', 'scheduled')
  AND evidence_at IS NULL AND expires_at <= ?2`

/** Closes waiting emails whose time is over; the claim does the same for those it meets. */
export async function expireEmails(
  db: D1Database,
  { now, limit, recording }: { now: number; limit: number; recording: string },
): Promise<number> {
  const over = await db.prepare(OVER).bind(now, limit).all<{ id: string }>()
  if (over.results.length === 0) return 0
  const ids = JSON.stringify(over.results.map(({ id }) => id))
  const [closed] = await db.batch([
    db.prepare(CLOSE).bind(ids, now),
    localEvents(db, { ids, now, recording, states: ['failed', 'unknown'], token: null }),
    localFeed(db, { ids, now, recording }),
  ])
  return closed?.meta.changes ?? 0
}

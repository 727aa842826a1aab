/** SES's mailbox simulator: always delivered, and not counted against the daily quota. */
const CANARY_ADDRESS = 'success@simulator.amazonses.com'

const WAITS_FOR_PROOF = `SELECT c.sender, e.claimed_at FROM emails e JOIN contents c ON c.id = e.content_id
WHERE e.priority IN ('high', 'normal', 'bulk') AND e.due_at <= ?1 + ?2 AND e.state = 'in_doubt'
  AND e.canary = 0 AND e.claimed_at <= ?1 - ?3
  AND NOT EXISTS (SELECT 1 FROM minutes m WHERE m.minute >= e.claimed_at + ?3 AND m.seen > 0)
ORDER BY e.claimed_at DESC LIMIT 1`

/** The sender of an email in doubt after which no proof of life has come yet, or null. */
export async function senderInDoubt(
  db: D1Database,
  { now, windowMs, proofMs }: { now: number; windowMs: number; proofMs: number },
): Promise<string | null> {
  return db.prepare(WAITS_FOR_PROOF).bind(now, windowMs, proofMs).first<string>('sender')
}

const TAKE_TURN = `INSERT INTO settings (name, value, changed_at) VALUES ('canary', '', ?1)
ON CONFLICT (name) DO UPDATE SET changed_at = ?1 WHERE changed_at <= ?1 - ?2`

/** True for one sweep in `everyMs`, however many run. */
export async function takeCanaryTurn(
  db: D1Database,
  now: number,
  everyMs: number,
): Promise<boolean> {
  const result = await db.prepare(TAKE_TURN).bind(now, everyMs).run()
  return result.meta.changes === 1
}

/**
 * An email like any other on its way through SES, but in no list and no count. One that could not be
 * sent by its end (sending paused, quota spent) gives way to the next: they must not all go at once.
 */
export async function insertCanary(
  db: D1Database,
  { id, sender, now, expiresAt }: { id: string; sender: string; now: number; expiresAt: number },
): Promise<void> {
  await db.batch([
    db
      .prepare(
        `INSERT INTO contents (id, last_email_id, sender, subject, text, pixel, ses_tracking)
         VALUES (?1, ?1, ?2, 'Canary', 'Proves that events arrive.', 0, 0)`,
      )
      .bind(id, sender),
    db
      .prepare(
        `INSERT INTO emails (id, content_id, address, priority, doubt_policy, canary, state, due_at, expires_at)
         VALUES (?1, ?1, ?2, 'normal', 'hold', 1, 'queued', ?3, ?4)`,
      )
      .bind(id, CANARY_ADDRESS, now, expiresAt),
  ])
}

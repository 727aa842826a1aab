import type { Priority } from '../domain/priority.ts'
import type { ClaimedMinute } from '../domain/proof.ts'
import { localEvents, localFeed } from './local-events.ts'

export interface OpenDoubt {
  canary: 0 | 1
  recipients: number
  priority: Priority
  id: string
  claimed_at: number
}

const OVER = `SELECT id, claimed_at, canary, recipient_count AS recipients, priority FROM emails
WHERE priority IN ('high', 'normal', 'bulk') AND due_at <= ?1 AND state = 'in_doubt'
ORDER BY claimed_at LIMIT ?2`

/** Emails in doubt whose window has passed, the longest in doubt first. */
export async function doubtsPastWindow(
  db: D1Database,
  now: number,
  limit: number,
): Promise<OpenDoubt[]> {
  const { results } = await db.prepare(OVER).bind(now, limit).all<OpenDoubt>()
  return results
}

const MINUTES = `SELECT minute, answered, seen, seen_at FROM minutes WHERE minute >= ?1 ORDER BY minute`

/** The rows that can speak for or against the event channel since a moment. */
export async function minutesSince(db: D1Database, since: number): Promise<ClaimedMinute[]> {
  const { results } = await db.prepare(MINUTES).bind(since).all<ClaimedMinute>()
  return results
}

const SETTLED = `id IN (SELECT value FROM json_each(?1)) AND state = 'in_doubt' AND due_at <= ?2
  AND evidence_at IS NULL`

const KEEP_ATTEMPT = `INSERT OR IGNORE INTO attempts (email_id, number, attempt, claimed_at, ended_at, outcome, reason)
SELECT id, attempt_number, attempt, claimed_at, ?2, 'no evidence', reason FROM emails WHERE ${SETTLED}`

/** The right side of SET is the row as it was: doubted decides before it is set. */
const SETTLE = `UPDATE emails SET
  state = CASE WHEN doubt_policy = 'resend' AND NOT doubted THEN 'queued' ELSE 'unknown' END,
  due_at = CASE WHEN doubt_policy = 'resend' AND NOT doubted THEN ?2 END,
  doubted = 1, reason = 'no evidence of acceptance'
WHERE ${SETTLED}
RETURNING id, state`

/**
 * The policy's word on emails whose silence is proven to mean "not accepted": `resend` once, else
 * `unknown`. An event that comes first makes this change nothing.
 */
export async function settleDoubts(
  db: D1Database,
  doubtful: string[],
  { now, recording }: { now: number; recording: string },
): Promise<{ resent: string[]; unknown: string[] }> {
  const ids = JSON.stringify(doubtful)
  const [, settled] = await db.batch<{ id: string; state: string }>([
    db.prepare(KEEP_ATTEMPT).bind(ids, now),
    db.prepare(SETTLE).bind(ids, now),
    localEvents(db, { ids, now, recording, states: ['unknown'], token: null }),
    localFeed(db, { ids, now, recording }),
  ])
  const rows = settled?.results ?? []
  return {
    resent: rows.filter(({ state }) => state === 'queued').map(({ id }) => id),
    unknown: rows.filter(({ state }) => state === 'unknown').map(({ id }) => id),
  }
}

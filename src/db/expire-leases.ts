import { localEvents, localFeed } from './local-events.ts'
import { WAS_CALLED } from './mark-call.ts'

/**
 * Rows with a time of their own by the partial index; those of broadcasts have none and are looked
 * for within the ranges that are released and not finished. The plus signs leave SQLite only the
 * primary key: it would rather index the whole table anew for each sweep.
 */
const EXPIRED = `SELECT id FROM emails
WHERE priority IN ('high', 'normal', 'bulk') AND due_at <= ?1 AND state = 'sending' AND lease_until <= ?1
UNION SELECT e.id FROM broadcasts b
  CROSS JOIN ranges r ON r.broadcast_id = b.id AND r.state = 'released'
  CROSS JOIN emails e ON e.id BETWEEN r.first_id AND r.last_id AND +e.broadcast_id = b.id
  WHERE +e.state = 'sending' AND e.lease_until <= ?1
LIMIT ?2`

const RAN_OUT = `id IN (SELECT value FROM json_each(?1)) AND state = 'sending' AND lease_until <= ?2
  AND evidence_at IS NULL`

const KEEP_ATTEMPT = `INSERT OR IGNORE INTO attempts (email_id, number, attempt, claimed_at, ended_at, outcome, reason)
SELECT id, attempt_number, attempt, claimed_at, ?2, 'not called', 'the lease ran out before any call'
FROM emails WHERE ${RAN_OUT} AND NOT ${WAS_CALLED}`

const REQUEUE = `UPDATE emails SET state = 'queued', lease_until = NULL, due_at = ?2,
  reason = 'the lease ran out before any call'
WHERE ${RAN_OUT} AND NOT ${WAS_CALLED}`

const DOUBT = `UPDATE emails SET state = 'in_doubt', lease_until = NULL, due_at = claimed_at + ?3,
  reason = 'the lease ran out after the call was marked'
WHERE ${RAN_OUT} AND ${WAS_CALLED}`

export interface LeaseSweep {
  now: number
  windowMs: number
  limit: number
  recording: string
}

/**
 * Leases that ran out: without a marked call nothing was sent, so the email is queued again; with
 * one nobody knows, so it is in doubt. Conditional throughout: two sweeps at once do no harm.
 */
export async function expireLeases(
  db: D1Database,
  { now, windowMs, limit, recording }: LeaseSweep,
): Promise<{ requeued: number; doubted: number }> {
  const expired = await db.prepare(EXPIRED).bind(now, limit).all<{ id: string }>()
  if (expired.results.length === 0) return { requeued: 0, doubted: 0 }
  const ids = JSON.stringify(expired.results.map(({ id }) => id))
  const [, requeued, doubted] = await db.batch([
    db.prepare(KEEP_ATTEMPT).bind(ids, now),
    db.prepare(REQUEUE).bind(ids, now),
    db.prepare(DOUBT).bind(ids, now, windowMs),
    localEvents(db, { ids, now, recording, states: ['in_doubt'], token: null }),
    localFeed(db, { ids, now, recording }),
  ])
  return { requeued: requeued?.meta.changes ?? 0, doubted: doubted?.meta.changes ?? 0 }
}

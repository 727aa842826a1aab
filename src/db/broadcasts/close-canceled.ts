import { broadcastKeys } from '../../domain/broadcast-email-id.ts'

const OPEN_RANGES = `SELECT n, first_id, last_id FROM ranges
WHERE broadcast_id = ?1 AND state IN ('waiting', 'released') LIMIT ?2`

const close = (
  which: string,
) => `UPDATE emails SET state = iif(doubted, 'unknown', 'canceled'), due_at = NULL,
  reason = 'the broadcast was canceled'
WHERE id IN (${which}) AND EXISTS (SELECT 1 FROM broadcasts WHERE id = ?1 AND state = 'canceled')`

const CLOSE_RANGES = close(`SELECT e.id FROM json_each(?2) r CROSS JOIN emails e
  ON e.id BETWEEN r.value->>'first_id' AND r.value->>'last_id'
  WHERE e.broadcast_id = ?1 AND e.state = 'queued' AND e.evidence_at IS NULL`)

/** One that still holds an email with SES is looked at again: a refusal puts it back among those who wait. */
const FINISH = `UPDATE ranges SET state = 'finished'
WHERE broadcast_id = ?1 AND n IN (SELECT value->>'n' FROM json_each(?2))
  AND NOT EXISTS (SELECT 1 FROM emails e WHERE e.id BETWEEN ranges.first_id AND ranges.last_id
    AND e.broadcast_id = ?1 AND e.state IN ('queued', 'sending'))`

const CLOSE_DUE = close(`SELECT e.id FROM emails e
  WHERE e.priority = 'bulk' AND e.due_at IS NOT NULL AND +e.id BETWEEN ?2 AND ?3
    AND e.broadcast_id = ?1 AND e.state = 'queued' AND e.evidence_at IS NULL LIMIT ?4`)

/**
 * Closes the waiting emails of a canceled broadcast that was cut, `ranges` of it at a time and what
 * is to be tried again of the others; how many. What is closed already is not looked at again.
 */
export async function closeCanceled(
  db: D1Database,
  id: string,
  { ranges, due }: { ranges: number; due: number },
): Promise<number> {
  const { first, last } = broadcastKeys(id)
  const open = await db.prepare(OPEN_RANGES).bind(id, ranges).all()
  const list = JSON.stringify(open.results)
  const [closed, , tried] = await db.batch([
    db.prepare(CLOSE_RANGES).bind(id, list),
    db.prepare(FINISH).bind(id, list),
    db.prepare(CLOSE_DUE).bind(id, first, last, due),
  ])
  return (closed?.meta.changes ?? 0) + (tried?.meta.changes ?? 0)
}

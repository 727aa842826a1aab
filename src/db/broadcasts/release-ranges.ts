import { broadcastKeys } from '../../domain/broadcast-email-id.ts'
import { NOBODY_IS_DUE } from './due-sql.ts'
import { changeAndTell } from './tell-change.ts'

export interface RangeJob {
  n: number
  first_id: string
  last_id: string
  recipients: number
}

const FINISH = `UPDATE ranges SET state = 'finished'
WHERE broadcast_id = ?1 AND state = 'released' AND NOT EXISTS (SELECT 1 FROM emails e
  WHERE e.id BETWEEN ranges.first_id AND ranges.last_id AND e.broadcast_id = ?1
    AND (e.state = 'sending' OR (e.state = 'queued' AND e.due_at IS NULL)))`

/** Tops the released recipients up to `?2`; a range is released by one caller only. */
const RELEASE = `UPDATE ranges SET state = 'released', released_at = ?3
WHERE broadcast_id = ?1 AND state = 'waiting' AND n IN (
  SELECT n FROM (SELECT n, sum(recipients) OVER (ORDER BY n) AS together FROM (
    SELECT n, recipients FROM ranges WHERE broadcast_id = ?1 AND state = 'waiting' AND n < ?5 ORDER BY n LIMIT ?4))
  WHERE together <= ?2 - (SELECT coalesce(sum(recipients), 0) FROM ranges
    WHERE broadcast_id = ?1 AND state = 'released'))
  AND EXISTS (SELECT 1 FROM broadcasts WHERE id = ?1 AND state = 'sending' AND cut_at IS NOT NULL)
RETURNING n, first_id, last_id, recipients`

/**
 * Finishes what is done and releases the next ranges, so that at most `upTo` recipients are released
 * and unfinished, of those numbered below `below`. The ranges to make jobs of.
 */
export async function releaseRanges(
  db: D1Database,
  broadcast: { id: string; upTo: number; below?: number; now: number; limit: number },
): Promise<RangeJob[]> {
  const { id, upTo, below = Number.MAX_SAFE_INTEGER, now, limit } = broadcast
  const [, released] = await db.batch<RangeJob>([
    db.prepare(FINISH).bind(id),
    db.prepare(RELEASE).bind(id, upTo, now, limit, below),
  ])
  return released?.results ?? []
}

const LOST = `SELECT n, first_id, last_id, recipients FROM ranges
WHERE broadcast_id = ?1 AND state = 'released' AND released_at <= ?2 ORDER BY n LIMIT ?3`

/** Ranges released before a moment and not finished: their jobs may be lost. */
export async function lostRanges(
  db: D1Database,
  broadcastId: string,
  releasedBefore: number,
  limit: number,
): Promise<RangeJob[]> {
  const { results } = await db
    .prepare(LOST)
    .bind(broadcastId, releasedBefore, limit)
    .all<RangeJob>()
  return results
}

const END = `UPDATE broadcasts SET state = 'sent', ended_at = ?2, changed_at = ?2
WHERE id = ?1 AND state = 'sending' AND cut_at IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM ranges WHERE broadcast_id = ?1 AND state IN ('waiting', 'released'))
  AND ${NOBODY_IS_DUE}`

/** True when the last range was finished and nobody is to be tried again. */
export async function endBroadcast(db: D1Database, id: string, now: number): Promise<boolean> {
  const { first, last } = broadcastKeys(id)
  const end = db.prepare(END).bind(id, now, first, last)
  return await changeAndTell(db, [end], { id, type: 'broadcast.sent', now })
}

import { RECIPIENTS_A_CALL } from '../../domain/ses-limits.ts'
import { broadcastKeys } from '../../domain/broadcast-email-id.ts'

/** Ten thousand rows a statement: D1's own advice for bulk writes. */
const RANGES_A_CUT = 200

/** Goes on after the last range that is there, so a crash between two cuts costs nothing. */
const CUT = `INSERT OR IGNORE INTO ranges (broadcast_id, n, first_id, last_id, recipients, state)
SELECT ?1, coalesce((SELECT max(n) + 1 FROM ranges WHERE broadcast_id = ?1), 0) + (place - 1) / ${RECIPIENTS_A_CALL},
  min(id), max(id), count(*), 'waiting'
FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM emails
  WHERE id > coalesce((SELECT last_id FROM ranges WHERE broadcast_id = ?1 ORDER BY n DESC LIMIT 1), ?2)
    AND id <= ?3 AND broadcast_id = ?1 ORDER BY id LIMIT ${RECIPIENTS_A_CALL * RANGES_A_CUT})
WHERE EXISTS (SELECT 1 FROM broadcasts WHERE id = ?1 AND started_at IS NOT NULL AND cut_at IS NULL)
GROUP BY (place - 1) / ${RECIPIENTS_A_CALL}`

const DONE = `UPDATE broadcasts SET cut_at = ?2,
  audience = (SELECT coalesce(sum(recipients), 0) FROM ranges WHERE broadcast_id = ?1)
WHERE id = ?1 AND cut_at IS NULL AND started_at IS NOT NULL`

/**
 * Cuts the next 10,000 emails of a started broadcast into ranges; true while there may be more.
 * The last cut sets the audience and lets the release begin.
 */
export async function cutRanges(db: D1Database, id: string, now: number): Promise<boolean> {
  const { first, last } = broadcastKeys(id)
  // The first id itself can be taken, so the cut starts just before it.
  const before = first.slice(0, -1)
  const cut = await db.prepare(CUT).bind(id, before, last).run()
  if (cut.meta.changes === RANGES_A_CUT) return true
  await db.prepare(DONE).bind(id, now).run()
  return false
}

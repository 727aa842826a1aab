import type { State } from '../domain/state.ts'
import { localEvents, localFeed } from './local-events.ts'

const CANCEL = `UPDATE emails SET state = iif(doubted, 'unknown', 'canceled'), due_at = NULL,
  lease_until = NULL, reason = 'canceled'
WHERE id = ?1 AND state IN ('queued', 'scheduled') AND evidence_at IS NULL`

const NOW_IS = 'SELECT state FROM emails WHERE id = ?1'

/**
 * Stops an email that is still waiting, unless a claim was faster. The state that it is in
 * afterwards, or null when there is no such email. Repeating it changes nothing more.
 */
export async function cancelEmail(
  db: D1Database,
  id: string,
  { now, recording }: { now: number; recording: string },
): Promise<{ changed: boolean; state: State } | null> {
  const ids = JSON.stringify([id])
  const [canceled, , , after] = await db.batch<{ state: State }>([
    db.prepare(CANCEL).bind(id),
    localEvents(db, { ids, now, recording, states: ['canceled', 'unknown'], token: null }),
    localFeed(db, { ids, now, recording }),
    db.prepare(NOW_IS).bind(id),
  ])
  const state = after?.results[0]?.state
  return state === undefined ? null : { changed: (canceled?.meta.changes ?? 0) > 0, state }
}

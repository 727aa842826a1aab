import { CHOSEN, type Chosen } from './chosen.ts'

/** What we decided, not SES. Accepted is none: SES tells that itself. */
export type LocalOutcome =
  'scheduled' | 'in_doubt' | 'unknown' | 'failed' | 'suppressed' | 'canceled'

interface LocalChange {
  /** JSON list of email ids, or of ranges when `chosen` says so. */
  ids: string
  chosen?: Chosen
  now: number
  /** Of this batch, made afresh per try. */
  recording: string
}

const insert = (
  chosen: Chosen,
) => `INSERT OR IGNORE INTO events (email_id, key, type, at, recorded_at, recording, detail)
SELECT id, 'local:' || state || ':' || coalesce(attempt, ''), state, ?2, ?2, ?3, json_object('reason', reason)
FROM emails WHERE id IN (${CHOSEN[chosen]})
  AND state IN (SELECT value FROM json_each(?4))
  AND (?5 IS NULL OR attempt = id || '_' || attempt_number || '_' || ?5)`

/**
 * Every local outcome is an event too, in the batch that changed the state. `token` limits it to
 * rows of one claim. The key keeps a repeated write from telling it twice.
 */
export function localEvents(
  db: D1Database,
  change: LocalChange & { states: LocalOutcome[]; token: string | null },
): D1PreparedStatement {
  const { ids, chosen = 'ids', now, recording, states, token } = change
  return db.prepare(insert(chosen)).bind(ids, now, recording, JSON.stringify(states), token)
}

const feed = (chosen: Chosen) => `INSERT INTO feed (at, keys)
SELECT ?2, json_group_array(json_array(email_id, key)) FROM events
WHERE email_id IN (${CHOSEN[chosen]}) AND recording = ?3
HAVING count(*) > 0`

/** One row in the order of arrival for all events that this batch inserted, none if there were none. */
export function localFeed(
  db: D1Database,
  { ids, chosen = 'ids', now, recording }: LocalChange,
): D1PreparedStatement {
  return db.prepare(feed(chosen)).bind(ids, now, recording)
}

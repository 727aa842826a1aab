// Text, since wrangler takes nothing else to another environment's database.

/** Emails a batch: their part of the feed stays below what D1 takes as one value. */
const CHUNK = 5_000

export const PAUSE_SQL = (now: number) =>
  `INSERT INTO settings (name, value, changed_at) VALUES ('sending', 'paused', ${now})
ON CONFLICT (name) DO UPDATE SET value = 'paused', changed_at = ${now}`

/** A draft goes nowhere by itself: whoever sent it since has to know. */
export const DRAFTS_SQL = `SELECT id, name FROM broadcasts WHERE state = 'draft' ORDER BY id`

export interface RestoreStep {
  /** Epoch milliseconds, the same for all steps of a run. */
  now: number
  windowMs: number
  /** The last id of the step before; empty: the first. */
  after: string
}

export const REASON = 'the database was set back'

/**
 * One step in one batch; the rows of its second statement say by state how many emails it took and
 * the last of them, none when nothing is left. What may have been claimed since the restored moment is
 * in doubt as of now, and as if for the second time: events that came in between are gone with the
 * database, so no silence may ever send it again. May be repeated.
 */
export function restoreStepSql({ now, windowMs, after }: RestoreStep): string[] {
  const recording = `restore:${now}:${after}`
  const taken = `SELECT id, state, attempt FROM emails WHERE id > '${after}' AND evidence_at IS NULL
  AND NOT (state = 'in_doubt' AND doubted = 1 AND claimed_at >= ${now})
  AND (state IN ('sending', 'in_doubt') OR (state IN ('queued', 'scheduled')
    AND (due_at IS NULL OR due_at <= ${now}) AND ${couldBeSent(now)}))
  ORDER BY id LIMIT ${CHUNK}`
  return [
    PAUSE_SQL(now),
    `SELECT state, count(*) AS emails, max(id) AS last FROM (${taken}) GROUP BY state`,
    `INSERT OR IGNORE INTO events (email_id, key, type, at, recorded_at, recording, detail)
SELECT id, 'local:in_doubt:' || coalesce(attempt, ''), 'in_doubt', ${now}, ${now}, '${recording}',
  json_object('reason', '${REASON}') FROM (${taken})`,
    `INSERT INTO feed (at, keys) SELECT ${now}, json_group_array(json_array(email_id, key)) FROM events
WHERE email_id IN (SELECT id FROM (${taken})) AND recording = '${recording}' HAVING count(*) > 0`,
    `UPDATE emails SET state = 'in_doubt', doubted = 1, claimed_at = ${now},
  due_at = ${now + windowMs}, lease_until = NULL, reason = '${REASON}'
WHERE id IN (SELECT id FROM (${taken}))`,
  ]
}

/** A canceled broadcast stays canceled, and one that is not due has not started. */
function couldBeSent(now: number): string {
  return `(broadcast_id IS NULL OR EXISTS (SELECT 1 FROM broadcasts b WHERE b.id = emails.broadcast_id
    AND (b.state IN ('sending', 'paused', 'braked', 'sent')
      OR (b.state = 'scheduled' AND b.scheduled_at <= ${now}))))`
}

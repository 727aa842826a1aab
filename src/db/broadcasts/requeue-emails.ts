import { broadcastKeys } from '../../domain/broadcast-email-id.ts'
import { localFeed } from '../local-events.ts'

/** `failed`: nothing left for SES, provably; `unknown`: nobody can tell, a person says so all the same. */
export type Requeued = 'failed' | 'unknown'

const WHICH: Record<Requeued, string> = {
  failed: `state = 'failed' AND doubted = 0 AND evidence_at IS NULL`,
  unknown: `state = 'unknown' AND evidence_at IS NULL`,
}

const REASON: Record<Requeued, string> = {
  failed: 'sent again by hand',
  unknown: 'resent by hand',
}

/** D1's advice for bulk writes. */
const CHUNK = 5000

const choose = (which: Requeued) => `SELECT id FROM emails
WHERE id > ?2 AND id <= ?3 AND broadcast_id = ?1 AND ${WHICH[which]} ORDER BY id LIMIT ${CHUNK}`

const chosen = (which: Requeued) =>
  `id IN (SELECT value FROM json_each(?1)) AND broadcast_id = ?2 AND ${WHICH[which]}
  AND EXISTS (SELECT 1 FROM broadcasts WHERE id = ?2 AND state IN ('sending', 'paused', 'braked', 'sent'))`

/** The attempt that nobody knows about is told of before the next one takes its place. */
const keepAttempt = (
  which: Requeued,
) => `INSERT OR IGNORE INTO attempts (email_id, number, attempt, claimed_at, ended_at, outcome, reason)
SELECT id, attempt_number, attempt, claimed_at, ?3, '${REASON[which]}', reason FROM emails
WHERE ${chosen(which)} AND attempt IS NOT NULL AND claimed_at IS NOT NULL`

const tell = (
  which: Requeued,
) => `INSERT OR IGNORE INTO events (email_id, key, type, at, recorded_at, recording, detail)
SELECT id, 'local:queued:' || coalesce(attempt, ''), 'queued', ?3, ?3, ?4,
  json_object('reason', '${REASON[which]}')
FROM emails WHERE ${chosen(which)}`

const requeue = (which: Requeued) => `UPDATE emails SET state = 'queued', due_at = ?3, refusals = 0,
  doubted = ${which === 'unknown' ? '1' : 'doubted'}, reason = '${REASON[which]}'
WHERE ${chosen(which)} RETURNING id`

/** It can be paused, canceled and braked again, and says what it waits for. */
const reopen = (which: Requeued) => `UPDATE broadcasts SET state = 'sending', ended_at = NULL,
  changed_at = max(?3, changed_at + 1) WHERE id = ?2 AND state = 'sent'
  AND EXISTS (SELECT 1 FROM emails WHERE ${chosen(which)})`

/**
 * The same rows for a new attempt, a chunk after `after` at a time: which ones, and where the next
 * chunk begins (null: there is none). A broadcast that had ended goes on. Suppression and consent are asked when they are claimed.
 */
export async function requeueEmails(
  db: D1Database,
  which: Requeued,
  chunk: { id: string; after: string | null; now: number; recording: string },
): Promise<{ ids: string[]; next: string | null }> {
  const { id, after, now, recording } = chunk
  const { first, last } = broadcastKeys(id)
  const { results } = await db
    .prepare(choose(which))
    .bind(id, after ?? first.slice(0, -1), last)
    .all<{ id: string }>()
  if (results.length === 0) return { ids: [], next: null }
  const ids = JSON.stringify(results.map((row) => row.id))
  const [, , , requeued] = await db.batch<{ id: string }>([
    db.prepare(keepAttempt(which)).bind(ids, id, now),
    db.prepare(tell(which)).bind(ids, id, now, recording),
    db.prepare(reopen(which)).bind(ids, id, now),
    db.prepare(requeue(which)).bind(ids, id, now),
    localFeed(db, { ids, now, recording }),
  ])
  return {
    ids: requeued?.results.map((row) => row.id) ?? [],
    next: results.length < CHUNK ? null : (results.at(-1)?.id ?? null),
  }
}

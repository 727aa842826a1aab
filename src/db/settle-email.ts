import type { Priority } from '../domain/priority.ts'
import type { State } from '../domain/state.ts'
import { localFeed } from './local-events.ts'

const UNSETTLED = `id = ?1 AND state IN ('in_doubt', 'unknown') AND evidence_at IS NULL`

/** The attempt that nobody knows about is told of before the next one takes its place. */
const KEEP_ATTEMPT = `INSERT OR IGNORE INTO attempts (email_id, number, attempt, claimed_at, ended_at, outcome, reason)
SELECT id, attempt_number, attempt, claimed_at, ?2, 'resent by hand', reason FROM emails
WHERE ${UNSETTLED} AND attempt IS NOT NULL AND claimed_at IS NOT NULL AND ?3 = 'queued'`

/** Before the update: afterwards nothing tells a settled email from one that was sent. */
const EVENT = `INSERT OR IGNORE INTO events (email_id, key, type, at, recorded_at, recording, detail)
SELECT id, 'local:' || ?3 || ':' || coalesce(attempt, ''), ?3, ?2, ?2, ?4, json_object('reason', ?5)
FROM emails WHERE ${UNSETTLED}`

const SETTLE = `UPDATE emails SET state = ?3, reason = ?4,
  doubted = iif(?3 = 'queued', 1, doubted), due_at = iif(?3 = 'queued', ?2, NULL)
WHERE ${UNSETTLED}
RETURNING recipient_count AS recipients, priority`

const NOW_IS = 'SELECT state FROM emails WHERE id = ?1'

export type Settled =
  | { type: 'settled'; recipients: number; priority: Priority }
  /** It is neither in doubt nor unknown. */
  | { type: 'not open'; state: State }
  | { type: 'not found' }

type Row = { recipients: number; priority: Priority } | { state: State }

/** A person's word on an email of which nobody else can know whether SES took it. */
export async function settleEmail(
  db: D1Database,
  id: string,
  as: 'sent' | 'resend',
  { now, recording }: { now: number; recording: string },
): Promise<Settled> {
  const state = as === 'sent' ? 'sent' : 'queued'
  const reason = as === 'sent' ? 'settled by hand as sent' : 'resent by hand'
  const [, , settled, , after] = await db.batch<Row>([
    db.prepare(KEEP_ATTEMPT).bind(id, now, state),
    db.prepare(EVENT).bind(id, now, state, recording, reason),
    db.prepare(SETTLE).bind(id, now, state, reason),
    localFeed(db, { ids: JSON.stringify([id]), now, recording }),
    db.prepare(NOW_IS).bind(id),
  ])
  const row = settled?.results[0]
  if (row !== undefined && 'priority' in row) return { type: 'settled', ...row }
  const found = after?.results[0]
  return found !== undefined && 'state' in found
    ? { type: 'not open', state: found.state }
    : { type: 'not found' }
}

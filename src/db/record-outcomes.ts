import { localEvents, localFeed } from './local-events.ts'

/** What an attempt came to, as its row is told. Times are epoch milliseconds. */
export type RecordedOutcome =
  | { type: 'accepted'; id: string; attempt: string; messageId: string }
  | {
      type: 'refused'
      id: string
      attempt: string
      reason: string
      retryAt: number
      /** 1 when it costs a try. */
      counts: 0 | 1
      final: 0 | 1
      /** 1 when the template form was refused: next time by SendEmail. */
      alone: 0 | 1
    }
  | { type: 'in doubt'; id: string; attempt: string; reason: string }
  /** It may not go to anyone of its recipients. */
  | { type: 'suppressed'; id: string; attempt: string; reason: string }

export interface OutcomeTimes {
  now: number
  minuteMs: number
  windowMs: number
  maxRefusals: number
}

const OUTCOME = `(SELECT value->>'id' AS id, value->>'attempt' AS attempt, value->>'type' AS type,
  value->>'messageId' AS message_id, value->>'reason' AS reason, value->>'retryAt' AS retry_at,
  value->>'counts' AS counts, value->>'final' AS final, value->>'alone' AS alone
  FROM json_each(?1)) o`

/** A Send event of this very attempt may have come before the answer. */
const SEND_SEEN = `EXISTS (SELECT 1 FROM events v WHERE v.email_id = e.id
  AND v.key >= e.attempt || '|send|' AND v.key < e.attempt || '|send}')`

/** D1 binds every number as REAL: uncast, the division would keep its fraction. */
const COUNT_ANSWERED = `INSERT INTO minutes (minute, answered, seen, seen_at)
SELECT e.claimed_at / CAST(?2 AS INTEGER) * CAST(?2 AS INTEGER), count(*), sum(${SEND_SEEN}),
  iif(sum(${SEND_SEEN}) > 0, ?3, NULL)
FROM ${OUTCOME} JOIN emails e ON e.id = o.id AND e.attempt = o.attempt
WHERE o.type = 'accepted' AND e.accepted_at IS NULL
GROUP BY 1
ON CONFLICT (minute) DO UPDATE SET answered = answered + excluded.answered, seen = seen + excluded.seen,
  seen_at = coalesce(seen_at, excluded.seen_at)`

/** An email of a broadcast counts as sent once, by the answer or by an event before it. */
const COUNT_SENT = `UPDATE broadcasts SET sent = broadcasts.sent + n.sent
FROM (SELECT e.broadcast_id AS id, count(*) AS sent FROM ${OUTCOME}
  JOIN emails e ON e.id = o.id AND e.attempt = o.attempt
  WHERE o.type = 'accepted' AND e.evidence_at IS NULL AND e.broadcast_id IS NOT NULL GROUP BY 1) n
WHERE broadcasts.id = n.id`

const ACCEPT = `UPDATE emails SET state = 'sent', accepted_at = coalesce(accepted_at, ?2),
  evidence_at = min(coalesce(evidence_at, ?2), ?2),
  ses_message_id = coalesce(ses_message_id, o.message_id),
  lease_until = NULL, due_at = NULL, reason = NULL
FROM ${OUTCOME} WHERE emails.id = o.id AND emails.attempt = o.attempt AND o.type = 'accepted'`

/** A definite refusal counts even when the lease has put the attempt in doubt meanwhile. */
const STILL_OPEN = `e.attempt = o.attempt AND e.evidence_at IS NULL AND e.state IN ('sending', 'in_doubt')`

const KEEP_ATTEMPT = `INSERT OR IGNORE INTO attempts (email_id, number, attempt, claimed_at, ended_at, outcome, reason)
SELECT e.id, e.attempt_number, e.attempt, e.claimed_at, ?2, o.type, o.reason
FROM ${OUTCOME} JOIN emails e ON e.id = o.id
WHERE ${STILL_OPEN} AND o.type IN ('refused', 'suppressed')`

const IS_LAST = `(o.type = 'suppressed' OR o.final OR e.refusals + o.counts >= ?2)`

const REFUSE = `UPDATE emails AS e SET
  state = CASE WHEN ${IS_LAST} THEN iif(e.doubted, 'unknown', iif(o.type = 'suppressed', 'suppressed', 'failed')) ELSE 'queued' END,
  refusals = e.refusals + coalesce(o.counts, 0),
  alone = max(e.alone, coalesce(o.alone, 0)),
  due_at = CASE WHEN ${IS_LAST} THEN NULL ELSE o.retry_at END,
  lease_until = NULL, reason = o.reason
FROM ${OUTCOME} WHERE e.id = o.id AND ${STILL_OPEN} AND o.type IN ('refused', 'suppressed')`

const DOUBT = `UPDATE emails AS e SET state = 'in_doubt', due_at = e.claimed_at + ?2,
  lease_until = NULL, reason = o.reason
FROM ${OUTCOME} WHERE e.id = o.id AND e.attempt = o.attempt AND o.type = 'in doubt'
  AND e.state = 'sending' AND e.evidence_at IS NULL`

/**
 * What came of one call, in one batch. Every statement is fenced by the attempt id: who lost the
 * email writes nothing. Repeating it changes nothing more, so a write that threw may be tried again.
 */
export async function recordOutcomes(
  db: D1Database,
  outcomes: RecordedOutcome[],
  times: OutcomeTimes & { recording: string },
): Promise<void> {
  const { now, recording } = times
  const list = JSON.stringify(outcomes)
  const ids = JSON.stringify(outcomes.map(({ id }) => id))
  const accepted = [
    db.prepare(COUNT_ANSWERED).bind(list, times.minuteMs, now),
    db.prepare(COUNT_SENT).bind(list),
    db.prepare(ACCEPT).bind(list, now),
  ]
  const others = [
    db.prepare(KEEP_ATTEMPT).bind(list, now),
    db.prepare(REFUSE).bind(list, times.maxRefusals),
    db.prepare(DOUBT).bind(list, times.windowMs),
    localEvents(db, {
      ids,
      now,
      recording,
      states: ['in_doubt', 'unknown', 'failed', 'suppressed'],
      token: null,
    }),
    localFeed(db, { ids, now, recording }),
  ]
  // An invocation has a thousand queries, and nearly all outcomes are accepted.
  await db.batch([
    ...(outcomes.some(({ type }) => type === 'accepted') ? accepted : []),
    ...(outcomes.some(({ type }) => type !== 'accepted') ? others : []),
  ])
}

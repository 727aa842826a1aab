import type { Health } from '../../domain/webhook-health.ts'
import type { WebhookPlace } from '../../domain/webhook-place.ts'
import type { Position } from '../../domain/webhook-position.ts'
import { jsonChunks } from '../json-chunks.ts'
import { noticeOfChange } from '../notice.ts'
import type { Retry } from './read-due.ts'
import type { WebhookRow } from './webhook.ts'

export interface KeptAttempt {
  place: WebhookPlace
  type: string
  /** Epoch milliseconds. */
  sentAt: number
  /** HTTP status; null: there was no answer. */
  status: number | null
  response: string
}

export interface KeptFailure {
  place: WebhookPlace
  type: string
  failures: number
  /** Null: it is dead. */
  dueAt: number | null
  /** When its row said it was due; null: it had none. */
  wasDueAt: number | null
}

export interface Answers {
  /** Up to when the endpoint stays with this lease. */
  leaseUntil: number
  end: Position
  attempts: KeptAttempt[]
  failures: KeptFailure[]
  /** Rows of retries that are done with. */
  done: Retry[]
  health: Health
  /** It answers again: what waits for its time is due at once. */
  recovered: boolean
  /** Why it is disabled, or null. */
  disabledFor: string | null
  now: number
}

/** Somebody may have replayed or changed it meanwhile: then the cursor, or its health, is theirs. */
const MOVE = `UPDATE webhooks SET lease_until = ?3,
  cursor = iif(cursor = ?4 AND cursor_key = ?5, ?6, cursor),
  cursor_key = iif(cursor = ?4 AND cursor_key = ?5, ?7, cursor_key),
  failures = iif(changed_at = ?8, ?9, failures),
  failing_since = iif(changed_at = ?8, ?10, failing_since),
  probe_at = iif(changed_at = ?8, ?11, probe_at)
WHERE id = ?1 AND lease = ?2 RETURNING *`

const HOLDS = `EXISTS (SELECT 1 FROM webhooks WHERE id = ?1 AND lease = ?2)`

const LOG = `INSERT INTO webhook_attempts (webhook_id, feed, feed_at, key, part, number, type, sent_at, status, response)
SELECT ?1, value->>0, value->>1, value->>2, value->>3,
  1 + coalesce((SELECT max(number) FROM webhook_attempts a WHERE a.webhook_id = ?1 AND a.feed = value->>0
    AND a.key = value->>2 AND a.part = value->>3), 0),
  value->>4, value->>5, value->>6, value->>7
FROM json_each(?3) WHERE ${HOLDS}`

/** A row that was replayed meanwhile says something else by now. */
const IS_AS_READ = `r.webhook_id = ?1 AND r.feed = value->>0 AND r.key = value->>2 AND r.part = value->>3
  AND r.due_at = value->>6`

const FAIL = `INSERT INTO webhook_retries (webhook_id, feed, feed_at, key, part, type, failures, due_at, created_at)
SELECT ?1, value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>7, ?4
FROM json_each(?3) WHERE ${HOLDS}
  AND (value->>6 IS NULL OR EXISTS (SELECT 1 FROM webhook_retries r WHERE ${IS_AS_READ}))
ON CONFLICT (webhook_id, feed, key, part) DO UPDATE SET failures = excluded.failures, due_at = excluded.due_at`

const DONE = `DELETE FROM webhook_retries WHERE webhook_id = ?1 AND (feed, key, part, due_at) IN (
  SELECT value->>0, value->>1, value->>2, value->>3 FROM json_each(?3)) AND ${HOLDS}`

const HASTEN = `UPDATE webhook_retries SET due_at = ?3 WHERE webhook_id = ?1 AND due_at > ?3 AND ${HOLDS}`

const DISABLE = `UPDATE webhooks SET status = 'disabled', reason = ?3, changed_at = ?4
WHERE id = ?1 AND lease = ?2 AND status = 'enabled' AND changed_at = ?5`

/**
 * Everything that came of a round, in one batch, fenced by the lease: when that was lost nothing is
 * written, and whoever has it sends the same again under the same ids. Null: it was lost.
 */
export async function keepAnswers(
  db: D1Database,
  webhook: WebhookRow,
  answers: Answers,
): Promise<WebhookRow | null> {
  const { id, lease } = webhook
  const { attempts, failures, done, end, health, now } = answers
  const move = db
    .prepare(MOVE)
    .bind(
      id,
      lease,
      answers.leaseUntil,
      webhook.cursor,
      webhook.cursor_key,
      end.cursor,
      end.key,
      webhook.changed_at,
      health.failures,
      health.failingSince,
      health.probeAt,
    )
  const [moved] = await db.batch<WebhookRow>([
    move,
    ...jsonChunks(attempts.map(loggedRow)).map((rows) => db.prepare(LOG).bind(id, lease, rows)),
    ...jsonChunks(failures.map(failedRow)).map((rows) =>
      db.prepare(FAIL).bind(id, lease, rows, now),
    ),
    ...jsonChunks(done.map(({ feed, key, part, due_at }) => [feed, key, part, due_at])).map(
      (rows) => db.prepare(DONE).bind(id, lease, rows),
    ),
    ...(answers.recovered ? [db.prepare(HASTEN).bind(id, lease, now)] : []),
    ...disabling(db, webhook, answers),
  ])
  return moved?.results[0] ?? null
}

function loggedRow({ place, type, sentAt, status, response }: KeptAttempt): unknown[] {
  return [place.feed, place.at, place.key, place.part, type, sentAt, status, response]
}

function failedRow({ place, type, failures, dueAt, wasDueAt }: KeptFailure): unknown[] {
  return [place.feed, place.at, place.key, place.part, type, failures, wasDueAt, dueAt]
}

/** Told to the other endpoints, in the batch that does it. */
function disabling(
  db: D1Database,
  { id, lease, changed_at }: WebhookRow,
  { disabledFor: reason, health, now }: Answers,
): D1PreparedStatement[] {
  if (reason === null) return []
  const data = {
    id,
    reason,
    failing_since:
      health.failingSince === null ? null : new Date(health.failingSince).toISOString(),
    disabled_at: new Date(now).toISOString(),
  }
  return [
    db.prepare(DISABLE).bind(id, lease, reason, now, changed_at),
    noticeOfChange(db, { type: 'system.webhook_disabled', at: now, data }),
  ]
}

import type { Brake } from '../../domain/brake.ts'
import { broadcastKeys } from '../../domain/broadcast-email-id.ts'
import type { Canary } from '../../domain/canary.ts'
import { NOBODY_IS_DUE } from './due-sql.ts'

export interface RunningBroadcast {
  id: string
  cut_at: number | null
  audience: number | null
  canary: Canary | null
  canary_sent_at: number | null
  brake: Brake
  sent: number
  delivered: number
  bounced: number
  complained: number
}

interface Row extends Omit<RunningBroadcast, 'canary' | 'brake'> {
  canary: string | null
  brake: string
}

const RUNNING = `SELECT id, cut_at, audience, canary, canary_sent_at, brake, sent, delivered, bounced, complained
FROM broadcasts WHERE state = 'sending' ORDER BY started_at`

/** Broadcasts that are sending, the first started first. */
export async function runningBroadcasts(db: D1Database): Promise<RunningBroadcast[]> {
  const { results } = await db.prepare(RUNNING).all<Row>()
  return results.map(parsed)
}

/** Written by us as JSON of these very shapes. */
function parsed(row: Row): RunningBroadcast {
  const canary: Canary | null = row.canary === null ? null : JSON.parse(row.canary)
  const brake: Brake = JSON.parse(row.brake)
  return { ...row, canary, brake }
}

const CANARY_SENT = `UPDATE broadcasts SET canary_sent_at = ?5
WHERE id = ?1 AND canary_sent_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM ranges WHERE broadcast_id = ?1 AND n < ?2 AND state <> 'finished')
  AND ${NOBODY_IS_DUE}`

/** Notes when the first `ranges` were all sent and none of their emails is to be tried again; true once. */
export async function canarySent(
  db: D1Database,
  id: string,
  ranges: number,
  now: number,
): Promise<boolean> {
  const { first, last } = broadcastKeys(id)
  const result = await db.prepare(CANARY_SENT).bind(id, ranges, first, last, now).run()
  return result.meta.changes === 1
}

const CANCELED = `SELECT id, cut_at FROM broadcasts WHERE state = 'canceled' AND started_at IS NOT NULL
  AND ended_at >= ?1`

/** Started and canceled since a moment: rows of theirs may still be open. */
export async function canceledSince(
  db: D1Database,
  since: number,
): Promise<{ id: string; cut_at: number | null }[]> {
  const { results } = await db
    .prepare(CANCELED)
    .bind(since)
    .all<{ id: string; cut_at: number | null }>()
  return results
}

import { broadcastKeys } from '../../domain/broadcast-email-id.ts'
import { type LedgerState, skippedAs } from '../../domain/ledger.ts'
import { LEDGER_REASON, LEDGER_STATE, OF_BROADCAST } from './ledger-sql.ts'

export interface Progress {
  audience: number
  counts: Record<LedgerState, number>
  /** Adds up to `counts.skipped`. */
  skipped: Record<string, number>
  /** Answered by SES since the moment asked for. */
  recent: number
}

const COUNT = `SELECT ${LEDGER_STATE} AS state,
  CASE WHEN ${LEDGER_STATE} = 'skipped' THEN ${LEDGER_REASON} END AS reason,
  count(*) AS emails, coalesce(sum(e.accepted_at > ?4), 0) AS recent
FROM emails e JOIN broadcasts b ON b.id = e.broadcast_id
WHERE ${OF_BROADCAST} GROUP BY 1, 2`

interface Row {
  state: LedgerState
  reason: string | null
  emails: number
  recent: number
}

/** One look at all recipients: whatever happens meanwhile, the parts add up to the audience. */
export async function countProgress(db: D1Database, id: string, since: number): Promise<Progress> {
  const { first, last } = broadcastKeys(id)
  const { results } = await db.prepare(COUNT).bind(id, first, last, since).all<Row>()
  const progress: Progress = {
    audience: 0,
    counts: { sent: 0, in_doubt: 0, unknown: 0, failed: 0, skipped: 0, waiting: 0 },
    skipped: {},
    recent: 0,
  }
  for (const { state, reason, emails, recent } of results) {
    progress.audience += emails
    progress.counts[state] += emails
    progress.recent += recent
    if (state !== 'skipped') continue
    const word = skippedAs(reason)
    progress.skipped[word] = (progress.skipped[word] ?? 0) + emails
  }
  return progress
}

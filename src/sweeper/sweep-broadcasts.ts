import { startDueBroadcasts } from '../db/broadcasts/change-broadcast.ts'
import { closeCanceled } from '../db/broadcasts/close-canceled.ts'
import { cutRanges } from '../db/broadcasts/cut-ranges.ts'
import { lostRanges } from '../db/broadcasts/release-ranges.ts'
import { canceledSince, runningBroadcasts } from '../db/broadcasts/running.ts'
import { RECIPIENTS_A_CALL } from '../domain/ses-limits.ts'
import { CHUNK, type SweepDeps } from './sweeping.ts'

const DAY = 24 * 60 * 60 * 1000
/** Of a canceled broadcast, a sweep: D1's advice for bulk writes. */
const CLOSED_A_SWEEP = { ranges: 200, due: 10_000 }
/** Of one that was canceled before it was cut, 10,000 recipients each. */
const CUTS_A_SWEEP = 10

/** Starts what is due, finds ranges whose jobs were lost, closes what was canceled, and keeps the release ticking. */
export async function sweepBroadcasts(deps: SweepDeps): Promise<void> {
  const { db, ranges, wakeGovernor } = deps
  const now = deps.now()
  const started = await startDueBroadcasts(db, now)
  for (const broadcastId of started) console.info('broadcast started', { broadcastId })
  const running = await runningBroadcasts(db)
  // Cron only restarts a tick that died; the Governor's alarm does the rest.
  if (running.length > 0) await wakeGovernor()

  const limit = Math.min(CHUNK, Math.floor((await deps.perMinute()) / RECIPIENTS_A_CALL))
  for (const { id } of running) {
    const lost = await lostRanges(db, id, now - 2 * deps.settings.sweepMs, limit)
    if (lost.length === 0) continue
    console.info('ranges re-issued', { broadcastId: id, ranges: lost.length })
    await ranges.enqueue(
      lost.map(({ n, first_id, last_id, recipients }) => ({
        broadcast: id,
        n,
        first: first_id,
        last: last_id,
        recipients,
      })),
    )
  }
  for (const { id, cut_at } of await canceledSince(db, now - DAY)) {
    if (cut_at === null) {
      for (let cut = 0; cut < CUTS_A_SWEEP; cut += 1) if (!(await cutRanges(db, id, now))) break
    }
    const closed = await closeCanceled(db, id, CLOSED_A_SWEEP)
    if (closed > 0) console.info('canceled emails closed', { broadcastId: id, closed })
  }
}

import { brakeBroadcast } from '../db/broadcasts/change-broadcast.ts'
import { cutRanges } from '../db/broadcasts/cut-ranges.ts'
import { endBroadcast, releaseRanges } from '../db/broadcasts/release-ranges.ts'
import { canarySent, type RunningBroadcast, runningBroadcasts } from '../db/broadcasts/running.ts'
import { brakeReason } from '../domain/brake.ts'
import { canaryEndsAt, canaryRanges } from '../domain/canary.ts'
import { RECIPIENTS_A_CALL } from '../domain/ses-limits.ts'
import type { RangeQueue } from '../queue/enqueue.ts'

/** So much work is released at a time: the queue never holds a campaign. */
const SECONDS_OF_WORK = 2
/** A tick releases at most so many ranges, 20,000 recipients: it comes again in a second. */
const MAX_RANGES = 400
/** Each cuts 10,000 recipients; the rest follows with the next tick. */
const CUTS_A_TICK = 10

export interface ReleaseDeps {
  db: D1Database
  queue: RangeQueue
  now: () => number
}

/**
 * One tick: cuts what was just started, brakes what goes wrong, tops up what is released, ends what
 * is done. `perSecond`: recipients that the Governor lets go at present, 0 while it is stopped.
 * True while there is a broadcast to come back for.
 */
export async function releaseBroadcasts(perSecond: number, deps: ReleaseDeps): Promise<boolean> {
  const running = await cutAndRunning(deps)
  const now = deps.now()
  const sharing = running.filter((broadcast) => !waitsForCanary(broadcast, now)).length
  for (const broadcast of running) {
    await releaseNext(broadcast, perSecond / Math.max(1, sharing), deps)
  }
  return running.length > 0
}

/** What was just started is cut first, and may then be released in the same tick. */
async function cutAndRunning({ db, now }: ReleaseDeps): Promise<RunningBroadcast[]> {
  const running = await runningBroadcasts(db)
  const uncut = running.filter(({ cut_at }) => cut_at === null)
  if (uncut.length === 0) return running
  for (const { id } of uncut) {
    for (let cut = 0; cut < CUTS_A_TICK; cut += 1) if (!(await cutRanges(db, id, now()))) break
  }
  return await runningBroadcasts(db)
}

async function releaseNext(
  broadcast: RunningBroadcast,
  perSecond: number,
  { db, queue, now }: ReleaseDeps,
): Promise<void> {
  const { id } = broadcast
  if (broadcast.cut_at === null) return
  const reason = brakeReason(broadcast.brake, broadcast)
  if (reason !== null) {
    if (await brakeBroadcast(db, id, now(), reason)) {
      console.error('broadcast braked', { broadcastId: id, reason })
    }
    return
  }
  const upTo = Math.floor(perSecond * SECONDS_OF_WORK)
  const released = await releaseRanges(db, {
    id,
    upTo: perSecond > 0 ? Math.max(upTo, RECIPIENTS_A_CALL) : 0,
    below: await openRanges(broadcast, db, now()),
    now: now(),
    limit: MAX_RANGES,
  })
  if (released.length > 0) {
    await queue.enqueue(
      released.map(({ n, first_id, last_id, recipients }) => ({
        broadcast: id,
        n,
        first: first_id,
        last: last_id,
        recipients,
      })),
    )
  } else if (await endBroadcast(db, id, now())) console.info('broadcast sent', { broadcastId: id })
}

/** Its canary has gone and the rest may not go yet: it needs no part of the rate. */
function waitsForCanary({ canary, canary_sent_at }: RunningBroadcast, now: number): boolean {
  const endsAt = canary === null ? null : canaryEndsAt(canary, canary_sent_at)
  return endsAt !== null && endsAt > now
}

/** Only ranges below this number may go: the canary first, then, after its wait, all. */
async function openRanges(
  broadcast: RunningBroadcast,
  db: D1Database,
  now: number,
): Promise<number> {
  const { id, canary, canary_sent_at, audience } = broadcast
  if (canary === null) return Number.MAX_SAFE_INTEGER
  const ranges = canaryRanges(canary, audience ?? 0)
  const endsAt = canaryEndsAt(canary, canary_sent_at)
  if (endsAt !== null && endsAt <= now) return Number.MAX_SAFE_INTEGER
  if (canary_sent_at === null && (await canarySent(db, id, ranges, now))) {
    console.info('canary sent', { broadcastId: id, ranges })
  }
  return ranges
}

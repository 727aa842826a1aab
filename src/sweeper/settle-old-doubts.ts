import { oldestDeadEvent } from '../db/dead-letters.ts'
import { doubtsPastWindow, minutesSince, settleDoubts } from '../db/settle-doubts.ts'
import { claimToken } from '../domain/attempt.ts'
import { channelProven } from '../domain/proof.ts'
import { CHUNK, type SweepDeps } from './sweeping.ts'

/** Doubts whose window has passed, as far as the event channel is proven to have been alive. */
export async function settleOldDoubts(deps: SweepDeps): Promise<void> {
  const { db, settings } = deps
  const now = deps.now()
  const doubts = await doubtsPastWindow(db, now, CHUNK)
  const [oldest] = doubts
  if (oldest === undefined) return
  const { proofMs, minuteMs } = settings
  const channel = {
    now,
    minutes: await minutesSince(db, oldest.claimed_at - proofMs - minuteMs),
    oldestWaiting: await oldestWaitingEvent(deps),
  }
  const settleable = doubts.filter(
    ({ canary, claimed_at }) => canary === 1 || channelProven(claimed_at, channel, settings),
  )
  if (settleable.length === 0) {
    console.warn('doubts wait for proof of the event channel', { doubts: doubts.length })
    return
  }
  const { resent, unknown } = await settleDoubts(
    db,
    settleable.map(({ id }) => id),
    { now, recording: claimToken(deps.random(8)) },
  )
  console.info('doubts settled', { resent: resent.length, unknown: unknown.length })
  const again = new Set(resent)
  await deps.queue.enqueue(
    settleable
      .filter(({ id }) => again.has(id))
      .map(({ id, recipients, priority }) => ({ id, recipients, priority, dueAt: null })),
    now,
  )
}

async function oldestWaitingEvent({ db, backlog }: SweepDeps): Promise<number | null> {
  const { oldestMessageTimestamp } = await backlog.events()
  const waiting = [oldestMessageTimestamp?.getTime() ?? 0, (await oldestDeadEvent(db)) ?? 0]
  const times = waiting.filter((time) => time > 0)
  return times.length === 0 ? null : Math.min(...times)
}

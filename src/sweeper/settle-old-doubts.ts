import { readLateEvents } from '../db/late-events.ts'
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

/**
 * Since when an event waits that nobody has recorded; 0 where nobody can say since when: SQS does not
 * tell how old its messages are, and an event that went into our queue late looks new there. Read in
 * the order in which events move, so that none slips by on its way.
 */
async function oldestWaitingEvent(deps: SweepDeps): Promise<number | null> {
  const { db, backlog, undelivered, settings } = deps
  if (undelivered !== null && (await undelivered.queue.count()) > 0) return 0
  const { oldestMessageTimestamp } = await backlog.events()
  const { deadSince, markedAt } = await readLateEvents(db)
  const queuedAt = oldestMessageTimestamp?.getTime() ?? 0
  if (markedAt !== null) {
    // A queue's metrics may lag, and what was just received is not in the queue at once.
    const lateUntil = markedAt + settings.sweepMs
    if (deps.now() < lateUntil || (queuedAt > 0 && queuedAt <= lateUntil)) return 0
  }
  const times = [queuedAt, deadSince ?? 0].filter((time) => time > 0)
  return times.length === 0 ? null : Math.min(...times)
}

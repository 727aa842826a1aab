import { namedInDeadLetters } from '../db/dead-evidence.ts'
import { readLateEvents } from '../db/late-events.ts'
import { doubtsPastWindow, minutesSince, settleDoubts } from '../db/settle-doubts.ts'
import { claimToken } from '../domain/attempt.ts'
import { channelProven, type ChannelState } from '../domain/proof.ts'
import { CHUNK, type SweepDeps } from './sweeping.ts'

/** Doubts whose window has passed, as far as the event channel is proven to have been alive. */
export async function settleOldDoubts(deps: SweepDeps): Promise<void> {
  const { db, settings } = deps
  const now = deps.now()
  const doubts = await doubtsPastWindow(db, now, CHUNK)
  const [oldest] = doubts
  const newest = doubts.at(-1)
  if (oldest === undefined || newest === undefined) return
  const { proofMs, minuteMs } = settings
  const ids = doubts.map(({ id }) => id)
  const namedBefore = await namedInDeadLetters(db, ids)
  const channel = {
    now,
    minutes: await minutesSince(db, oldest.claimed_at - proofMs - minuteMs),
    ...(await waitingEvents(deps, {
      from: oldest.claimed_at - proofMs,
      to: newest.claimed_at + proofMs,
    })),
  }
  // Before and after the queue was asked: an event on its way between the two is seen in one of them.
  const namedAfter = await namedInDeadLetters(db, ids)
  const isNamed = (id: string) =>
    namedBefore === null || namedBefore.has(id) || namedAfter === null || namedAfter.has(id)
  const settleable = doubts.filter(
    ({ id, canary, claimed_at }) =>
      canary === 1 || (!isNamed(id) && channelProven(claimed_at, channel, settings)),
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
 * the order in which events move, so that none slips by on its way. `span`: of dead letters that matter.
 */
async function waitingEvents(
  deps: SweepDeps,
  span: { from: number; to: number },
): Promise<Pick<ChannelState, 'oldestWaiting' | 'dead'>> {
  const { db, backlog, undelivered, settings } = deps
  const nobodyKnows = { oldestWaiting: 0, dead: [] }
  if (undelivered !== null && (await undelivered.queue.count()) > 0) return nobodyKnows
  const { oldestMessageTimestamp } = await backlog.events()
  const { dead, markedAt } = await readLateEvents(db, span)
  const queuedAt = oldestMessageTimestamp?.getTime() ?? 0
  if (dead === null) return nobodyKnows
  if (markedAt !== null) {
    // A queue's metrics may lag, and what was just received is not in the queue at once.
    const lateUntil = markedAt + settings.sweepMs
    if (deps.now() < lateUntil || (queuedAt > 0 && queuedAt <= lateUntil)) return nobodyKnows
  }
  return { oldestWaiting: queuedAt > 0 ? queuedAt : null, dead }
}

import { RECIPIENTS_A_CALL } from '../domain/ses-limits.ts'
import type { RangeJob } from '../queue/jobs.ts'
import { claimGranted } from './claim-granted.ts'
import { makeCalls } from './make-calls.ts'
import { CLAIM_QUERIES } from './query-budget.ts'
import type { Invocation } from './sending.ts'

const SECOND = 1000
/** Ranges that one claim is about: a thousand recipients, some twenty calls. */
const RANGES_A_CLAIM = 20
/** Claimed and not yet answered: enough for six calls at once and the next claim, within the lease. */
const IN_FLIGHT = 2000
const SHORT_WAIT = SECOND
const PATIENCE = 5 * SECOND
const LONGEST_RETRY = 60 * SECOND
/** Far from the queue's last retry: the sweeper re-issues released ranges that are not finished. */
const MAX_RETRIES = 50

export interface RangeMessage {
  message: Message
  job: RangeJob
}

/**
 * Released ranges of broadcasts. The Governor is asked first, outside the six connections; while the
 * calls of one claim run, the next one is made.
 */
export async function sendRanges(messages: RangeMessage[], deps: Invocation): Promise<void> {
  const inFlight = new Set<Promise<void>>()
  try {
    const { done, waitMs } = await claimAndCall(messages, inFlight, deps)
    await Promise.all(inFlight)
    for (const { message } of messages.slice(0, done)) message.ack()
    putOff(messages.slice(done), waitMs)
  } finally {
    // The runtime ends what an invocation leaves open, and a call cut off is in doubt.
    await Promise.allSettled(inFlight)
  }
}

/** How many of the messages are done, and how long the others have to wait. */
async function claimAndCall(
  messages: RangeMessage[],
  inFlight: Set<Promise<void>>,
  deps: Invocation,
): Promise<{ done: number; waitMs: number }> {
  const unanswered = new Map<Promise<void>, number>()
  for (let start = 0; start < messages.length; start += RANGES_A_CLAIM) {
    const group = messages.slice(start, start + RANGES_A_CLAIM)
    const ranges = group.map(({ job: { broadcast, first, last } }) => ({ broadcast, first, last }))
    let left = group.reduce((sum, { job }) => sum + job.recipients, 0)
    let patience = PATIENCE
    while (left > 0) {
      if (!deps.sending.queries.take(CLAIM_QUERIES)) {
        return { done: start, waitMs: SECOND }
      }
      const want = Math.min(left, RANGES_A_CLAIM * RECIPIENTS_A_CALL)
      const grant = await deps.governor.ask({ class: 'bulk', want, atLeast: 1 })
      if (grant.granted === 0) {
        if (grant.waitMs > SHORT_WAIT || patience <= 0) return { done: start, waitMs: grant.waitMs }
        patience -= Math.max(grant.waitMs, 1)
        await deps.sleep(grant.waitMs)
        continue
      }
      const claimed = await claimGranted({ ranges, limit: grant.granted }, grant, deps)
      const taken = claimed.emails.length
      // Fewer than asked for: the rest of the ranges is sent, canceled or claimed by another.
      left = taken < grant.granted ? 0 : left - taken
      // One that fails stays among them: its rejection is for the jobs it belongs to.
      const calls: Promise<void> = makeCalls(claimed, grant, deps).then(() => {
        inFlight.delete(calls)
        unanswered.delete(calls)
      })
      inFlight.add(calls)
      unanswered.set(calls, taken)
      while (together(unanswered) > IN_FLIGHT) await Promise.race(inFlight)
    }
  }
  return { done: messages.length, waitMs: 0 }
}

function together(emails: Map<unknown, number>): number {
  return emails.values().reduce((sum, count) => sum + count, 0)
}

/** Rows of a range have no time of their own: their job waits, or the sweeper finds the range again. */
function putOff(messages: RangeMessage[], waitMs: number): void {
  const wait = Math.min(waitMs, LONGEST_RETRY)
  for (const { message } of messages) {
    if (message.attempts > MAX_RETRIES) message.ack()
    else message.retry({ delaySeconds: Math.max(1, Math.ceil(wait / SECOND)) })
  }
}

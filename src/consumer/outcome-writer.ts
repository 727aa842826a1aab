import { type RecordedOutcome, recordOutcomes } from '../db/record-outcomes.ts'
import { MAX_REFUSALS } from '../domain/backoff.ts'
import type { Sending } from './sending.ts'

/** Waits before the write is tried again, in milliseconds; together they stay within a lease. */
const WRITE_AGAIN = [200, 1000, 3000, 10_000]

export interface OutcomeWriter {
  /** Resolves when the outcomes are in D1, or when their leases have to speak for them. */
  add(outcomes: RecordedOutcome[]): Promise<void>
}

/**
 * One write at a time; what comes in meanwhile goes together in the next, so many small calls cost
 * few queries and a crash leaves little in doubt.
 */
export function outcomeWriter(
  sending: Sending,
  sleep: (ms: number) => Promise<void>,
): OutcomeWriter {
  let waiting: RecordedOutcome[] = []
  let writing: Promise<void> = Promise.resolve()
  let next: Promise<void> | null = null
  return {
    add(outcomes) {
      if (outcomes.length === 0) return Promise.resolve()
      waiting.push(...outcomes)
      next ??= writing.then(() => {
        const together = waiting
        waiting = []
        next = null
        writing = write(together, sending, sleep)
        return writing
      })
      return next
    },
  }
}

async function write(
  outcomes: RecordedOutcome[],
  sending: Sending,
  sleep: (ms: number) => Promise<void>,
): Promise<void> {
  const { minuteMs, windowMs } = sending.settings
  for (const wait of [0, ...WRITE_AGAIN]) {
    try {
      if (wait > 0) await sleep(wait)
      await sending.dbSlots(() =>
        recordOutcomes(sending.db, outcomes, {
          now: sending.now(),
          minuteMs,
          windowMs,
          maxRefusals: MAX_REFUSALS,
          recording: sending.newToken(),
        }),
      )
      return
    } catch (error) {
      console.warn('outcomes not written', { outcomes: outcomes.length, error: String(error) })
    }
  }
  console.error('outcomes lost, their leases will put them in doubt', { outcomes: outcomes.length })
}

import { missingEvents, rememberReported } from '../db/missing-events.ts'
import type { SweepDeps } from './sweeping.ts'

/**
 * An email that SES answered 200 and of which no event came for so long will stay untold: SNS has given
 * up, and its dead-letter queue is not there or was not read in time. Said once for each minute.
 */
export async function reportGaps({ db, now, settings }: SweepDeps): Promise<void> {
  const upTo = now() - settings.silenceMs - settings.minuteMs
  const missing = await missingEvents(db, upTo)
  if (missing === null) return
  const { emails, until } = missing
  console.error('events never came', { emails, claimedUntil: new Date(until).toISOString() })
  await rememberReported(db, until)
}

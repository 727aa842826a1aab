import type { ClaimedEmail } from '../db/claim-emails.ts'
import type { RecordedOutcome } from '../db/record-outcomes.ts'
import { backoff } from '../domain/backoff.ts'
import type { Verdict } from '../domain/outcome.ts'

const SECOND = 1000
/** Nothing is wrong with the email: it comes back soon, but not at once and in a circle. */
const SOON = SECOND
/** By then the Governor knows the account's state and gives the real wait. */
const STOPPED_WAIT = 60 * SECOND

/** What a verdict means for the row of its email. `random` is 0 to 1. */
export function judge(
  { id, attempt, refusals }: Pick<ClaimedEmail, 'id' | 'attempt' | 'refusals'>,
  verdict: Verdict,
  now: number,
  random: number,
): RecordedOutcome {
  const again = (wait: number, reason: string): RecordedOutcome => ({
    type: 'refused',
    id,
    attempt,
    reason,
    retryAt: Math.round(now + wait * (1 + random)),
    counts: 0,
    final: 0,
    alone: 0,
  })
  switch (verdict.type) {
    case 'accepted':
      return { type: 'accepted', id, attempt, messageId: verdict.messageId }
    case 'in doubt':
      return { type: 'in doubt', id, attempt, reason: verdict.reason }
    case 'throttled':
      return again(SOON, 'throttled by SES')
    case 'quota spent':
      return again(STOPPED_WAIT, 'the 24-hour quota of SES is spent')
    case 'stopped':
      return again(STOPPED_WAIT, verdict.reason)
    case 'template refused':
      return {
        type: 'refused',
        id,
        attempt,
        reason: verdict.reason,
        retryAt: now,
        counts: 0,
        final: 0,
        alone: 1,
      }
    case 'refused':
      if (!verdict.counts && !verdict.final) return again(SOON, verdict.reason)
      return {
        type: 'refused',
        id,
        attempt,
        reason: verdict.reason,
        retryAt: now + backoff(refusals, random),
        counts: verdict.counts ? 1 : 0,
        final: verdict.final ? 1 : 0,
        alone: 0,
      }
    default:
      return verdict satisfies never
  }
}

import type { ClaimedEmail } from '../db/claim-emails.ts'
import { markCall } from '../db/mark-call.ts'
import type { RecordedOutcome } from '../db/record-outcomes.ts'
import { readSendBulkEmail, readSendEmail, type Verdict } from '../domain/outcome.ts'
import { judge } from './judge.ts'
import type { Turn } from './departures.ts'
import type { Sending } from './sending.ts'

const TOO_OLD = 'the claim was too old to call'

export interface CalledEmail {
  claimed: ClaimedEmail
  /** To, cc and bcc, as SES counts. */
  recipient_count: number
}

export interface SesCall {
  /** The request's JSON. */
  body: string
  form: 'SendEmail' | 'SendBulkEmail'
  /** In the order of the entries. */
  emails: CalledEmail[]
  /** The Governor's. */
  turn: Turn
  /** Which call of its claim. */
  number: number
}

export interface MadeCall {
  outcomes: RecordedOutcome[]
  verdicts: Verdict[]
  /** Recipients that SES was asked for. */
  called: number
}

/**
 * Marks the call in D1 and makes it once, so a crash leaves "in doubt" only where a call may have
 * happened; what stops it gives the emails back. It is marked and signed before its turn and before
 * it has a connection, so that neither waits for that.
 */
export async function callSes(
  { body, form, emails, turn, number }: SesCall,
  sending: Sending,
): Promise<MadeCall> {
  const [first] = emails
  const claimedAt = first?.claimed.claimed_at ?? 0
  const isTooOld = () => sending.now() - claimedAt > sending.settings.claimFreshMs
  if (isTooOld()) return givenBack(emails, TOO_OLD, sending)
  try {
    const attempts = emails.map(({ claimed }) => claimed.attempt)
    const claimToken = first?.claimed.attempt.slice(-8) ?? ''
    const marked = await sending.dbSlots(() =>
      markCall(sending.db, { claimedAt, claimToken, number, attempts }),
    )
    if (!marked) return givenBack(emails, 'another took one of the emails of the call', sending)
  } catch (error) {
    console.warn('call not marked', { emails: emails.length, error: String(error) })
    return givenBack(emails, 'the call could not be marked', sending)
  }
  const bulk = form === 'SendBulkEmail'
  const call = bulk
    ? await sending.ses.signBulkEmail(body, claimedAt)
    : await sending.ses.signEmail(body, claimedAt)
  const called = emails.reduce((sum, { recipient_count }) => sum + recipient_count, 0)
  if (first?.claimed.broadcast_id == null) sending.departures.pass(turn, called)
  else await sending.departures.wait(turn, called)
  const answer = await sending.callSlots(async () => (isTooOld() ? null : await call()))
  if (answer === null) return givenBack(emails, TOO_OLD, sending)
  const verdicts = bulk ? readSendBulkEmail(answer, emails.length) : [readSendEmail(answer)]
  return {
    verdicts,
    called,
    outcomes: emails.map((email, index) =>
      judge(
        email.claimed,
        verdicts[index] ?? { type: 'in doubt', reason: 'no verdict' },
        sending.now(),
        sending.chance(),
      ),
    ),
  }
}

/** Never called, so it costs no try; the attempt is over all the same. */
export function givenBack(emails: CalledEmail[], reason: string, sending: Sending): MadeCall {
  return uncalled(emails, { type: 'refused', reason, counts: false, final: false }, sending)
}

/** Costs a try: a file that is gone for good must not go round for ever. */
export function unmade(emails: CalledEmail[], reason: string, sending: Sending): MadeCall {
  return uncalled(emails, { type: 'refused', reason, counts: true, final: false }, sending)
}

function uncalled(emails: CalledEmail[], verdict: Verdict, sending: Sending): MadeCall {
  return {
    called: 0,
    verdicts: [],
    outcomes: emails.map(({ claimed }) => judge(claimed, verdict, sending.now(), sending.chance())),
  }
}

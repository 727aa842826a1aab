import type { ClaimedEmail } from '../db/claim-emails.ts'
import { markCall } from '../db/mark-call.ts'
import type { RecordedOutcome } from '../db/record-outcomes.ts'
import { type Answer, readSendBulkEmail, readSendEmail, type Verdict } from '../domain/outcome.ts'
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
 * happened; what stops it gives the emails back.
 */
export async function callSes(call: SesCall, sending: Sending): Promise<MadeCall> {
  const { form, emails } = call
  const answer = await answerOf(call, sending)
  if (typeof answer === 'string') return givenBack(emails, answer, sending)
  const verdicts =
    form === 'SendBulkEmail' ? readSendBulkEmail(answer, emails.length) : [readSendEmail(answer)]
  return {
    verdicts,
    called: recipientsOf(emails),
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

/** A sentence: why the call was not made. */
async function answerOf(
  { body, form, emails, turn, number }: SesCall,
  sending: Sending,
): Promise<Answer | string> {
  const [first] = emails
  if (first === undefined) return 'no email is left'
  const { claimed_at: claimedAt, attempt, broadcast_id } = first.claimed
  const isTooOld = () => sending.now() - claimedAt > sending.settings.claimFreshMs
  if (isTooOld()) return TOO_OLD
  const { ses } = sending
  const call =
    form === 'SendBulkEmail'
      ? await ses.signBulkEmail(body, claimedAt)
      : await ses.signEmail(body, claimedAt)
  return await sending.markedSlots(async () => {
    try {
      const attempts = emails.map(({ claimed }) => claimed.attempt)
      const mark = { claimedAt, claimToken: attempt.slice(-8), number, attempts }
      const marked = await sending.dbSlots(() => markCall(sending.db, mark))
      if (!marked) return 'another took one of the emails of the call'
    } catch (error) {
      console.warn('call not marked', { emails: emails.length, error: String(error) })
      return 'the call could not be marked'
    }
    const recipients = recipientsOf(emails)
    if (broadcast_id === null) sending.departures.pass(turn, recipients)
    else await sending.departures.wait(turn, recipients)
    return await sending.callSlots(async () => (isTooOld() ? TOO_OLD : await call()))
  })
}

function recipientsOf(emails: CalledEmail[]): number {
  return emails.reduce((sum, { recipient_count }) => sum + recipient_count, 0)
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

import { type CalledEmail, callSes, givenBack, type MadeCall, unmade } from './call-ses.ts'
import type { Turn } from './departures.ts'
import { CALL_QUERIES } from './query-budget.ts'
import type { Sending } from './sending.ts'

export type SesForm = 'SendEmail' | 'SendBulkEmail'

/** A request's JSON. Null: what it is made of cannot be read now. */
export type PreparedRequest = { body: string } | 'too large' | null

/** Emails that may go in one call to SES, and how their request is made. */
export interface CallPlan<Email extends CalledEmail> {
  form: SesForm
  emails: Email[]
  /** Of attachments and bodies, near enough to know a large one. */
  bytes: number
  /** The Governor's. */
  turn: Turn
  prepare: (form: SesForm, emails: Email[]) => Promise<PreparedRequest>
}

const LARGE_BYTES = 1_000_000

/** One call to SES, or two when the request is too large for one. */
export async function makeCall<Email extends CalledEmail>(
  plan: CallPlan<Email>,
  callNumber: () => number,
  sending: Sending,
): Promise<MadeCall[]> {
  const { form, emails, bytes, turn, prepare } = plan
  if (!sending.queries.take(CALL_QUERIES)) {
    return [givenBack(emails, 'this invocation has made enough calls', sending)]
  }
  const attempt = () =>
    sending.readySlots(async () => {
      const request = await prepare(form, emails)
      if (request === 'too large' && emails.length > 1) return request
      if (request === null || request === 'too large') {
        return unmade(emails, 'its request could not be made', sending)
      }
      return await callSes({ ...request, form, emails, turn, number: callNumber() }, sending)
    })
  // Large ones one after the other: an isolate has 128 MB.
  const made = await (bytes >= LARGE_BYTES ? sending.largeSlots(attempt) : attempt())
  if (made !== 'too large') return [made]
  const half = Math.ceil(emails.length / 2)
  const calls = await Promise.all(
    [emails.slice(0, half), emails.slice(half)].map((part) =>
      makeCall(
        { ...plan, form: part.length === 1 ? 'SendEmail' : form, emails: part },
        callNumber,
        sending,
      ),
    ),
  )
  return calls.flat()
}

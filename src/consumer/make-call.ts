import { markCall } from '../db/mark-call.ts'
import { readBodies, type StoredBodies } from '../db/read-contents.ts'
import type { RecordedOutcome } from '../db/record-outcomes.ts'
import type { Attachment, Bodies } from '../domain/content.ts'
import { readSendBulkEmail, readSendEmail, type Verdict } from '../domain/outcome.ts'
import { withPixel } from '../domain/pixel.ts'
import type { PlannedCall } from '../domain/plan-calls.ts'
import {
  type ReadyAttachment,
  type ReadyEmail,
  sendBulkEmailRequest,
  sendEmailRequest,
} from './build-request.ts'
import { judge } from './judge.ts'
import type { PreparedEmail } from './prepare-emails.ts'
import { CALL_QUERIES } from './query-budget.ts'
import type { Sending } from './sending.ts'

/** SES: 1 MB for a request with an inline template, measured on the final JSON. */
const MAX_BULK_BYTES = 1_000_000
const LARGE_BYTES = 1_000_000

export interface MadeCall {
  outcomes: RecordedOutcome[]
  verdicts: Verdict[]
  /** Recipients that SES was asked for. */
  called: number
}

/**
 * One call to SES, or two when the request is too large for one. Marked in D1 before it is made, so
 * a crash leaves "in doubt" only where a call may have happened; what stops it before the mark gives
 * the emails back.
 */
export async function makeCall(
  { form, emails }: PlannedCall<PreparedEmail>,
  callNumber: () => number,
  sending: Sending,
): Promise<MadeCall[]> {
  if (!sending.queries.take(CALL_QUERIES)) {
    return [givenBack(emails, 'this invocation has made enough calls', sending)]
  }
  const attempt = () =>
    sending.callSlots(async () => {
      const request = await prepare(form, emails, sending)
      if (request === 'too large') return request
      if (request === null) return unreadable(emails, sending)
      return await call(request.body, form, emails, callNumber(), sending)
    })
  // Large ones one after the other: an isolate has 128 MB.
  const large = sizeOf(emails) >= LARGE_BYTES
  const made = await (large ? sending.largeSlots(attempt) : attempt())
  if (made !== 'too large') return [made]
  const half = Math.ceil(emails.length / 2)
  const parts = [emails.slice(0, half), emails.slice(half)].filter((part) => part.length > 0)
  const calls = await Promise.all(
    parts.map((part) =>
      makeCall({ form: part.length === 1 ? 'SendEmail' : form, emails: part }, callNumber, sending),
    ),
  )
  return calls.flat()
}

/** The request's JSON. Null: its content cannot be read now. */
async function prepare(
  form: PlannedCall<PreparedEmail>['form'],
  emails: PreparedEmail[],
  sending: Sending,
): Promise<{ body: string } | 'too large' | null> {
  const { configurationSet } = sending.settings
  try {
    const [first, ...others] = await readyEmails(emails, sending)
    if (first === undefined) return null
    const attachments = await loadAttachments(first.outline.attachments, sending)
    if (form === 'SendEmail') {
      return { body: sendEmailRequest(first, attachments, configurationSet) }
    }
    const body = sendBulkEmailRequest([first, ...others], attachments, configurationSet)
    return new TextEncoder().encode(body).length > MAX_BULK_BYTES ? 'too large' : { body }
  } catch (error) {
    console.warn('content could not be read', { emails: emails.length, error: String(error) })
    return null
  }
}

async function call(
  body: string,
  form: PlannedCall<PreparedEmail>['form'],
  emails: PreparedEmail[],
  number: number,
  sending: Sending,
): Promise<MadeCall> {
  const [first] = emails
  const claimedAt = first?.claimed.claimed_at ?? 0
  if (sending.now() - claimedAt > sending.settings.claimFreshMs) {
    return givenBack(emails, 'the claim was too old to call', sending)
  }
  try {
    const attempts = emails.map(({ attempt }) => attempt)
    const claimToken = first?.attempt.slice(-8) ?? ''
    const marked = await sending.dbSlots(() =>
      markCall(sending.db, { claimedAt, claimToken, number, attempts }),
    )
    if (!marked) return givenBack(emails, 'another took one of the emails of the call', sending)
  } catch (error) {
    console.warn('call not marked', { emails: emails.length, error: String(error) })
    return givenBack(emails, 'the call could not be marked', sending)
  }
  const bulk = form === 'SendBulkEmail'
  const answer = bulk
    ? await sending.ses.sendBulkEmail(body, claimedAt)
    : await sending.ses.sendEmail(body, claimedAt)
  const verdicts = bulk ? readSendBulkEmail(answer, emails.length) : [readSendEmail(answer)]
  return {
    verdicts,
    called: emails.reduce((sum, { recipient_count }) => sum + recipient_count, 0),
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

/** Of those that share a call all are small (domain/plan-calls.ts). */
function sizeOf([first]: PreparedEmail[]): number {
  if (first === undefined) return 0
  const { attachments, html_length, text_length } = first.outline
  const bodies = (html_length ?? 0) + (text_length ?? 0)
  return attachments.reduce((sum, { size }) => sum + size, bodies)
}

/** Never called, so it costs no try; the attempt is over all the same. */
function givenBack(emails: PreparedEmail[], reason: string, sending: Sending): MadeCall {
  return uncalled(emails, { type: 'refused', reason, counts: false, final: false }, sending)
}

/** Costs a try: a file that is gone for good must not go round for ever. */
function unreadable(emails: PreparedEmail[], sending: Sending): MadeCall {
  const reason = 'its content could not be read'
  return uncalled(emails, { type: 'refused', reason, counts: true, final: false }, sending)
}

function uncalled(emails: PreparedEmail[], verdict: Verdict, sending: Sending): MadeCall {
  return {
    called: 0,
    verdicts: [],
    outcomes: emails.map(({ claimed }) => judge(claimed, verdict, sending.now(), sending.chance())),
  }
}

async function readyEmails(emails: PreparedEmail[], sending: Sending): Promise<ReadyEmail[]> {
  const stored = await sending.dbSlots(() =>
    readBodies(
      sending.db,
      emails.map(({ outline }) => outline.id),
    ),
  )
  const byContent = new Map<string, Bodies>()
  for (const row of stored) byContent.set(row.id, await bodies(row, sending))
  return emails.map((email) => {
    const own = byContent.get(email.outline.id)
    if (own === undefined) throw new Error('a content is gone')
    const pixel = sending.settings.pixel && email.outline.pixel && email.claimed.canary === 0
    const html =
      own.html !== null && pixel ? withPixel(own.html, sending.pixelUrl(email.attempt)) : own.html
    const tracking = sending.settings.sesTracking && email.outline.ses_tracking
    return {
      ...email,
      bodies: { html, text: own.text },
      outline: { ...email.outline, ses_tracking: tracking },
    }
  })
}

async function bodies(row: StoredBodies, sending: Sending): Promise<Bodies> {
  return {
    html: row.html_file === null ? row.html : await sending.files.readText(row.html_file),
    text: row.text_file === null ? row.text : await sending.files.readText(row.text_file),
  }
}

async function loadAttachments(list: Attachment[], sending: Sending): Promise<ReadyAttachment[]> {
  const loaded: ReadyAttachment[] = []
  for (const { file, filename, content_type, content_id } of list) {
    loaded.push({
      filename,
      contentType: content_type,
      contentId: content_id,
      base64: await sending.files.readBase64(file),
    })
  }
  return loaded
}

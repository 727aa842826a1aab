import type { Outline } from './content.ts'
import type { Priority } from './priority.ts'
import { MAX_TEMPLATE_DATA, RECIPIENTS_A_CALL } from './ses-limits.ts'

export interface Sendable {
  id: string
  attempt: string
  priority: Priority
  recipient_count: number
  alone: boolean
  outline: Outline
}

/** The emails of one HTTP call to SES. */
export interface PlannedCall<Email extends Sendable> {
  form: 'SendEmail' | 'SendBulkEmail'
  emails: Email[]
}

/** SES: 1 MB for a request with an inline template; the final JSON is measured again before the call. */
const MAX_REQUEST = 900_000
const ENTRY_OVERHEAD = 1_500

/**
 * Who may share a SendBulkEmail: those that agree in sender, reply-to, tracking, attachments and in
 * which of html and text they have. High priority goes alone: an ambiguous call must not put a
 * password reset in doubt with 49 others.
 */
export function planCalls<Email extends Sendable>(emails: Email[]): PlannedCall<Email>[] {
  const calls: PlannedCall<Email>[] = []
  const open = new Map<string, { call: PlannedCall<Email>; recipients: number; size: number }>()
  for (const email of emails) {
    const size = sizeOf(email.outline)
    if (email.priority === 'high' || email.alone || size * 2 > MAX_TEMPLATE_DATA) {
      calls.push({ form: 'SendEmail', emails: [email] })
      continue
    }
    const key = agreement(email.outline)
    let shared = open.get(key)
    if (
      shared === undefined ||
      shared.recipients + email.recipient_count > RECIPIENTS_A_CALL ||
      shared.size + size > MAX_REQUEST
    ) {
      shared = { call: { form: 'SendBulkEmail', emails: [] }, recipients: 0, size: 0 }
      open.set(key, shared)
      calls.push(shared.call)
    }
    shared.call.emails.push(email)
    shared.recipients += email.recipient_count
    shared.size += size
  }
  return calls.map((call) => (call.emails.length === 1 ? { ...call, form: 'SendEmail' } : call))
}

function agreement(outline: Outline): string {
  return JSON.stringify([
    outline.sender,
    outline.reply_to,
    outline.ses_tracking,
    outline.click_tracking,
    outline.attachments,
    outline.html_length === null,
    outline.text_length === null,
  ])
}

function sizeOf(outline: Outline): number {
  const headers = outline.headers.reduce(
    (sum, { name, value }) => sum + name.length + value.length,
    0,
  )
  return (
    (outline.html_length ?? 0) +
    (outline.text_length ?? 0) +
    outline.subject.length +
    headers +
    ENTRY_OVERHEAD
  )
}

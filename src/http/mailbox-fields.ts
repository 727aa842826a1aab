import { ApiError, invalidField, missingField } from './errors.ts'
import { type Mailbox, parseMailbox } from './mailbox.ts'

/** SES takes 50 recipients an email over to, cc and bcc. */
export const MAX_RECIPIENTS = 50

export const FORMAT =
  'The email address needs to follow the `email@example.com` or `Name <email@example.com>` format.'

/** A string or a list of them, each one mailbox. */
export function parseMailboxes(
  field: string,
  value: string | string[] | null | undefined,
): Mailbox[] {
  const entries = entriesOf(value)
  if (entries.length > MAX_RECIPIENTS) throw invalidField(field, `At most ${MAX_RECIPIENTS}.`)
  return entries.map((entry, index) => {
    const mailbox = parseMailbox(entry)
    if (mailbox !== null) return mailbox
    throw invalidField(Array.isArray(value) && index > 0 ? `${field}[${index}]` : field, FORMAT)
  })
}

/** Exactly one. */
export function parseSender(value: string | null | undefined): Mailbox {
  if (value === null || value === undefined || value === '') throw missingField('from')
  const sender = parseMailbox(value)
  if (sender === null) {
    throw new ApiError(422, 'invalid_from_address', `Invalid \`from\` field. ${FORMAT}`)
  }
  return sender
}

export function entriesOf(value: string | string[] | null | undefined): string[] {
  if (value === null || value === undefined || value === '') return []
  return typeof value === 'string' ? [value] : value
}

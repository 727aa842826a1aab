import { ApiError, invalidField, missingField } from './errors.ts'
import { type Mailbox, parseMailbox, parseMailboxList } from './mailbox.ts'
import type { SendInput } from './send-schema.ts'

export interface Recipient extends Mailbox {
  kind: 'to' | 'cc' | 'bcc'
}

/** SES takes 50 recipients an email over to, cc and bcc. */
const MAX_RECIPIENTS = 50
const KINDS = ['to', 'cc', 'bcc'] as const

const FORMAT =
  'The email address needs to follow the `email@example.com` or `Name <email@example.com>` format.'

/** At least one `to`; who is named twice gets it once, where he was named first. */
export function parseRecipients(input: SendInput): Recipient[] {
  const entries = KINDS.map((kind) => entriesOf(input[kind]))
  if (entries[0]?.length === 0) throw missingField('to')
  if (entries.flat().length > MAX_RECIPIENTS) {
    throw invalidField('to', `At most ${MAX_RECIPIENTS} recipients over to, cc and bcc.`)
  }
  const all = KINDS.flatMap((kind) =>
    parseMailboxes(kind, input[kind]).map((mailbox) => ({ ...mailbox, kind })),
  )
  return [...Map.groupBy(all, ({ address }) => address).values()].flatMap(([first]) =>
    first === undefined ? [] : [first],
  )
}

/** A string or a list of them, each one mailbox. */
function parseMailboxes(field: string, value: string | string[] | null | undefined): Mailbox[] {
  const entries = entriesOf(value)
  if (entries.length > MAX_RECIPIENTS) throw invalidField(field, `At most ${MAX_RECIPIENTS}.`)
  return entries.map((entry, index) => {
    const mailbox = parseMailbox(entry)
    if (mailbox !== null) return mailbox
    throw invalidField(Array.isArray(value) && index > 0 ? `${field}[${index}]` : field, FORMAT)
  })
}

/** The field, or else the header that some clients write instead. */
export function parseReplyTo(input: SendInput, header: string | null): Mailbox[] {
  const given = parseMailboxes('reply_to', input.reply_to)
  if (given.length > 0 || header === null) return given
  const mailboxes = parseMailboxList(header)
  if (mailboxes === null || mailboxes.length > MAX_RECIPIENTS) {
    throw invalidField('headers.Reply-To', FORMAT)
  }
  return mailboxes
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

function entriesOf(value: string | string[] | null | undefined): string[] {
  if (value === null || value === undefined || value === '') return []
  return typeof value === 'string' ? [value] : value
}

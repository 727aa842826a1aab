import { invalidField, missingField } from '../http/errors.ts'
import { entriesOf, FORMAT, MAX_RECIPIENTS, parseMailboxes } from '../http/mailbox-fields.ts'
import { type Mailbox, parseMailboxList } from '../http/mailbox.ts'
import type { SendInput } from './send-schema.ts'

export interface Recipient extends Mailbox {
  kind: 'to' | 'cc' | 'bcc'
}

const KINDS = ['to', 'cc', 'bcc'] as const

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

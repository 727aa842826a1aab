import type { NameValue } from './content.ts'

/** An event with what its body says of the email. */
export interface ToldEvent {
  email_id: string
  key: string
  type: string
  /** Epoch milliseconds. */
  at: number
  recipient: string | null
  /** JSON, as recorded. */
  detail: string
  /** No event of this email that says the same (`email.sent`) was recorded before. */
  first: boolean
  /** Why the recipient is suppressed, if known. */
  origin: 'bounce' | 'complaint' | 'manual' | null
  /** As the From header carries it; empty once retention has taken it. */
  sender: string
  subject: string
  broadcast_id: string | null
  template_id: string | null
  ses_message_id: string | null
  tags: NameValue[]
  headers: NameValue[]
  /** In the order of the request; one for an email to one. */
  recipients: ToldRecipient[]
}

export interface ToldRecipient {
  address: string
  position: number
  kind: 'to' | 'cc' | 'bcc'
  left_out: string | null
}

import type { EmailRow, ListedEmail, RecipientRow, StoredEmail } from '../db/read-emails.ts'
import { madeAt } from '../domain/id.ts'
import { messageId } from '../domain/message-id.ts'
import { lastEvent, statusOf } from '../domain/state.ts'
import { iso, isoOrNull } from '../http/iso.ts'
import { displayed, displayedHeader } from '../http/mailbox.ts'

/** Bodies read from wherever they lie. */
export interface Bodies {
  html: string | null
  text: string | null
}

/** `GET /emails/:id`: the contract's fields, and ours under `ses`. */
export function emailAnswer(stored: StoredEmail, bodies: Bodies, region: string): object {
  const { content } = stored
  return {
    object: 'email',
    ...listedAnswer(stored, region),
    html: bodies.html,
    text: bodies.text,
    tags: content === null ? [] : JSON.parse(content.tags),
    ...(stored.email.topic_id !== null && { topic_id: stored.email.topic_id }),
    ses: sesAnswer(stored),
  }
}

/** An email within a list: without bodies and tags. */
export function listedAnswer({ email, content, recipients }: ListedEmail, region: string): object {
  const replyTo: string[] = content === null ? [] : JSON.parse(content.reply_to)
  return {
    id: email.id,
    message_id: email.ses_message_id === null ? null : messageId(email.ses_message_id, region),
    ...addressed(email, recipients),
    from: content === null ? '' : displayedHeader(content.sender),
    created_at: iso(madeAt(email.id)),
    subject: content?.subject ?? '',
    reply_to: replyTo.length === 0 ? null : replyTo.map(displayedHeader),
    last_event: lastEvent(
      statusOf(email.state, email, email.evidence_at),
      email.ses_open_at !== null || email.pixel_open_at !== null,
      email.first_click_at !== null,
    ),
    scheduled_at: isoOrNull(email.scheduled_at),
  }
}

function addressed(
  email: EmailRow,
  recipients: RecipientRow[],
): { to: string[]; cc: string[] | null; bcc: string[] | null } {
  const { address, name } = email
  if (address !== null) return { to: [displayed({ address, name })], cc: null, bcc: null }
  const of = (kind: RecipientRow['kind']) =>
    recipients.filter((recipient) => recipient.kind === kind).map(displayed)
  const [cc, bcc] = [of('cc'), of('bcc')]
  return { to: of('to'), cc: cc.length === 0 ? null : cc, bcc: bcc.length === 0 ? null : bcc }
}

/** What SES told and what we did, in exact words. */
function sesAnswer({ email, recipients }: StoredEmail): object {
  return {
    message_id: email.ses_message_id,
    status: email.status,
    state: email.state,
    reason: email.reason,
    priority: email.priority,
    attempts: email.attempt_number,
    doubted: email.doubted === 1,
    due_at: isoOrNull(email.due_at),
    expires_at: isoOrNull(email.expires_at),
    accepted_at: isoOrNull(email.accepted_at),
    sent_at: isoOrNull(email.send_event_at ?? email.evidence_at),
    ...deliveryFacts(email),
    rejected_at: isoOrNull(email.rejected_at),
    render_failed_at: isoOrNull(email.render_failed_at),
    opened_at: {
      ses: isoOrNull(email.ses_open_at),
      pixel: isoOrNull(email.pixel_open_at),
    },
    clicked_at: isoOrNull(email.first_click_at),
    recipients:
      email.address === null
        ? recipients.map(recipientAnswer)
        : [
            {
              address: email.address,
              name: email.name,
              kind: 'to',
              left_out: null,
              ...deliveryFacts(email),
            },
          ],
  }
}

function recipientAnswer(recipient: RecipientRow): object {
  const { address, name, kind, left_out } = recipient
  return { address, name, kind, left_out, ...deliveryFacts(recipient) }
}

type DeliveryFacts = Pick<
  EmailRow,
  | 'delivered_at'
  | 'delay_first_at'
  | 'delay_last_at'
  | 'transient_bounce_at'
  | 'permanent_bounce_at'
  | 'suppressed_at'
  | 'complained_at'
>

function deliveryFacts(facts: DeliveryFacts): object {
  return {
    delivered_at: isoOrNull(facts.delivered_at),
    delay_first_at: isoOrNull(facts.delay_first_at),
    delay_last_at: isoOrNull(facts.delay_last_at),
    transient_bounce_at: isoOrNull(facts.transient_bounce_at),
    permanent_bounce_at: isoOrNull(facts.permanent_bounce_at),
    suppressed_at: isoOrNull(facts.suppressed_at),
    complained_at: isoOrNull(facts.complained_at),
  }
}

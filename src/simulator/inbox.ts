import type { Ledger } from './ledger.ts'
import type { AcceptedRecord } from './ledger-lines.ts'
import { hasArrived, tracks } from './people.ts'
import type { Attachment, Content } from './ses/email.ts'
import type { Mailroom } from './ses/mailroom.ts'
import { TRACKER_MARK, withPixel } from './ses/tracking.ts'
import type { Store } from './store.ts'

export interface InboxParts {
  store: Store
  ledger: Ledger
  mailroom: Mailroom
  region: string
}

/** An email as people have it in front of them. */
export interface InboxEmail extends Content {
  sesMessageId: string
  attemptId: string | null
  from: string
  to: string[]
  cc: string[]
  bcc: string[]
  replyTo: string[]
  subject: string
  headers: { name: string; value: string }[]
  attachments: Attachment[]
  tags: Record<string, string>
  configurationSet: string | null
  /** ISO time of acceptance. */
  at: string
}

/** What arrived, newest first; `to` is one address, in any case. */
export function arrivals(ledger: Ledger, limit: number, to: string | null): AcceptedRecord[] {
  const wanted = to?.toLowerCase() ?? null
  const found: AcceptedRecord[] = []
  for (const record of [...ledger.accepted.values()].toReversed()) {
    if (found.length >= limit) break
    const isTheirs =
      wanted === null || record.to.some((recipient) => recipient.toLowerCase() === wanted)
    if (isTheirs && hasArrived(ledger, record)) found.push(record)
  }
  return found
}

export async function inboxEmail(record: AcceptedRecord, parts: InboxParts): Promise<InboxEmail> {
  const email = await parts.mailroom.find(record)
  const { html, text } = email.content()
  const { from, to, cc, bcc, replyTo, subject, headers, attachments, configurationSet } = email
  return {
    sesMessageId: record.sesMessageId,
    attemptId: record.attemptId,
    from,
    to,
    cc,
    bcc,
    replyTo,
    subject,
    html: html === null ? null : received(html),
    text: text?.replaceAll(TRACKER_MARK, '') ?? null,
    headers,
    attachments,
    tags: Object.fromEntries(email.tags.map(({ name, value }) => [name, value])),
    configurationSet,
    at: new Date(record.at).toISOString(),
  }

  function received(html: string): string {
    return tracks(parts.store, email, 'OPEN')
      ? withPixel(html, parts.region, record.sesMessageId)
      : html.replaceAll(TRACKER_MARK, '')
  }
}

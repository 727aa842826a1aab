import { madeAt } from './id.ts'
import { messageId } from './message-id.ts'
import { tellings, type Telling } from './webhook-telling.ts'
import type { ToldEvent } from './told-event.ts'
import { webhookEventId } from './webhook-place.ts'

/** Exactly these keys: a client of the contract throws at a fourth one. Extensions stand in `data.ses`. */
export interface WebhookBody {
  type: string
  /** ISO 8601 with milliseconds. */
  created_at: string
  data: object
}

/** What an endpoint is sent: `id` in the header, `JSON.stringify(body)` as the body. */
export interface WebhookEvent {
  id: string
  body: WebhookBody
}

/** A row of the order of arrival: keys of events, or one notice. */
export interface FeedRow {
  id: number
  /** Epoch milliseconds. */
  at: number
  /** `[email id, event key]` */
  keys: [string, string][]
  notice: { type: string; data: object } | null
}

export interface Wording {
  /** AWS's, of the Message-ID. */
  region: string
  /** `Name <address>` of a From header in its ASCII form. */
  displayed: (header: string) => string
}

/** How `told` is keyed. */
export function toldKey([emailId, key]: readonly [string, string]): string {
  return `${emailId} ${key}`
}

/**
 * All that one row of the order of arrival tells, in order. An event whose rows retention or an
 * erasure took is not in `told` and tells nothing more.
 */
export function webhookEvents(
  row: FeedRow,
  told: ReadonlyMap<string, ToldEvent>,
  wording: Wording,
): WebhookEvent[] {
  const { id: feed, at, keys, notice } = row
  if (notice !== null) {
    const id = webhookEventId({ feed, at, key: 0, part: 0 })
    return [{ id, body: { type: notice.type, created_at: iso(at), data: notice.data } }]
  }
  return keys.flatMap((pair, key) => {
    const event = told.get(toldKey(pair))
    if (event === undefined) return []
    return tellings(event).map((telling) => ({
      id: webhookEventId({ feed, at, key, part: telling.part }),
      body: emailBody(event, telling, wording),
    }))
  })
}

function emailBody(event: ToldEvent, telling: Telling, wording: Wording): WebhookBody {
  const { sender, subject, broadcast_id, template_id, tags, headers } = event
  const sesId = telling.messageId ?? event.ses_message_id
  return {
    type: telling.type,
    created_at: iso(event.at),
    data: {
      email_id: event.email_id,
      ...(sesId !== null && { message_id: messageId(sesId, wording.region) }),
      created_at: iso(madeAt(event.email_id)),
      from: wording.displayed(sender),
      to: telling.to,
      subject,
      ...(broadcast_id !== null && { broadcast_id }),
      ...(template_id !== null && { template_id }),
      ...(tags.length > 0 && {
        tags: Object.fromEntries(tags.map(({ name, value }) => [name, value])),
      }),
      ...(headers.length > 0 && { headers: headers.map(({ name, value }) => ({ name, value })) }),
      ...telling.extra,
      ses: telling.ses,
    },
  }
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}

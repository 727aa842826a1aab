import { z } from 'zod'
import { normalAddress } from '../domain/address.ts'
import { ATTEMPT_TAG, parseAttemptId } from '../domain/attempt.ts'
import type { EventType, MailEvent } from '../domain/event.ts'
import { describe, type Told } from './described.ts'
import { cutText } from './event-texts.ts'

/** SES's names, with the key of the object that tells the details. Source: SES Developer Guide, "Event record". */
const EVENTS = new Map<string, [EventType, string]>([
  ['Send', ['send', 'send']],
  ['Delivery', ['delivery', 'delivery']],
  ['Bounce', ['bounce', 'bounce']],
  ['Complaint', ['complaint', 'complaint']],
  ['Reject', ['reject', 'reject']],
  ['Open', ['open', 'open']],
  ['Click', ['click', 'click']],
  ['Rendering Failure', ['rendering_failure', 'failure']],
  ['DeliveryDelay', ['delivery_delay', 'deliveryDelay']],
  ['Subscription', ['subscription', 'subscription']],
])

const text = z.string().optional().catch(undefined)
const mail = z
  .object({
    timestamp: text,
    messageId: text,
    destination: z.array(z.string()).catch([]),
    tags: z.record(z.string(), z.array(z.string()).catch([])).catch({}),
  })
  .catch({ timestamp: undefined, messageId: undefined, destination: [], tags: {} })
const notification = z.looseObject({ eventType: text, notificationType: text, mail })

const MAX_ADDRESS_BYTES = 254
const MAX_MESSAGE_ID_BYTES = 128
const MAX_NAME_BYTES = 64
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d/

export type Notification =
  | { type: 'events'; events: MailEvent[] }
  /** SES's plain text when a topic is set up. */
  | { type: 'greeting' }
  | { type: 'unknown event'; name: string }
  | { type: 'unreadable' }

/**
 * The Message of a genuine notification as one event per recipient that it names.
 * Missing fields are tolerated: only the type must be known. `publishedAt` stands in for a missing time.
 */
export function parseNotification(message: string, publishedAt: number): Notification {
  if (message.startsWith('Successfully validated SNS topic')) return { type: 'greeting' }
  const parsed = notification.safeParse(parseJson(message))
  if (!parsed.success) return { type: 'unreadable' }
  const { eventType, notificationType, mail } = parsed.data
  const name = eventType ?? notificationType
  if (name === undefined) return { type: 'unreadable' }
  const known = EVENTS.get(name)
  if (known === undefined) return { type: 'unknown event', name: cutText(name, MAX_NAME_BYTES) }

  const [type, key] = known
  // Feedback notifications carry no tags of ours: they tell of an address, not of an attempt.
  const attempt = eventType === undefined ? null : attemptOf(mail.tags[ATTEMPT_TAG] ?? [])
  const { at, told } = describe(type, parsed.data[key])
  const event = {
    type,
    attempt,
    at: timeOf(at) ?? timeOf(mail.timestamp) ?? publishedAt,
    messageId: cutText(mail.messageId ?? '', MAX_MESSAGE_ID_BYTES) || null,
    source: 'ses' as const,
  }
  return {
    type: 'events',
    events: perRecipient(told, mail.destination).map((one) => ({ ...event, ...one })),
  }
}

/** Events that name nobody are about the one destination, or about the email as a whole. */
function perRecipient(told: Told[], destination: string[]) {
  const [only, ...others] = destination
  const single = only === undefined || others.length > 0 ? null : only
  return told.map(({ recipient, ...detail }) => ({
    recipient: recipientOf(recipient ?? single ?? ''),
    ...detail,
  }))
}

/** In normal form, also out of `Name <a@b>`; what has none is kept as it came, in lower case. */
function recipientOf(raw: string): string | null {
  const bracketed = /<([^<>]+)>\s*$/.exec(raw)?.[1] ?? raw
  return normalAddress(bracketed) ?? (cutText(bracketed.toLowerCase(), MAX_ADDRESS_BYTES) || null)
}

function attemptOf(values: string[]): string | null {
  return values.find((value) => parseAttemptId(value) !== null) ?? null
}

function timeOf(value: string | undefined): number | undefined {
  const time = value !== undefined && ISO_TIME.test(value) ? Date.parse(value) : Number.NaN
  return time >= 0 ? time : undefined
}

function parseJson(message: string): unknown {
  try {
    return JSON.parse(message)
  } catch {
    return undefined
  }
}

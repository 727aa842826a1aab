import { randomUUID } from 'node:crypto'
import type { Email } from './email.ts'
import type { Accepted, Home } from './mail.ts'
import { mailObject } from './mail.ts'
import { messageId } from './message-id.ts'

export const EVENT_TYPES = [
  'Send',
  'Delivery',
  'Bounce',
  'Complaint',
  'Reject',
  'Rendering Failure',
  'Open',
  'Click',
] as const
export type EventType = (typeof EVENT_TYPES)[number]

/** Something that became of an email, before and after it was told. */
export interface SesEvent {
  id: string
  type: EventType
  sesMessageId: string
  /** Whom it is about. */
  recipients: string[]
  /** When SES publishes it, epoch milliseconds. */
  dueAt: number
  /** The object under the event's own name in the notification. */
  detail: Record<string, unknown>
}

/** Where the detail stands in the notification. */
const DETAIL_NAME: Readonly<Record<EventType, string>> = {
  Send: 'send',
  Delivery: 'delivery',
  Bounce: 'bounce',
  Complaint: 'complaint',
  Reject: 'reject',
  'Rendering Failure': 'failure',
  Open: 'open',
  Click: 'click',
}

/** The word of MatchingEventTypes in an event destination. */
export function matchingType(type: EventType): string {
  return type.toUpperCase().replace(' ', '_')
}

export const EVENT_SUBJECT = 'Amazon SES Email Event Notification'

/** The text of the notification; ends in a line feed, as recorded. */
export function eventMessage(
  event: SesEvent,
  email: Email,
  accepted: Accepted,
  home: Home,
): string {
  const body = {
    eventType: event.type,
    mail: mailObject(email, accepted, home, event.type),
    [DETAIL_NAME[event.type]]: event.detail,
  }
  return `${JSON.stringify(body)}\n`
}

/** One happening, one key: the message, the type, whom it is about and what tells two of a kind apart. */
export function eventKey({ sesMessageId, type, recipients, detail }: SesEvent): string {
  const marks = ['feedbackId', ...(type === 'Open' || type === 'Click' ? READING : [])]
  const marked = marks.flatMap((mark) => (typeof detail[mark] === 'string' ? [detail[mark]] : []))
  return [sesMessageId, type, recipients.join(','), marked.join(' ')].join('|')
}

const READING = ['timestamp', 'ipAddress', 'userAgent', 'link']

interface Timed {
  sesMessageId: string
  at: number
}

function anEvent(
  type: EventType,
  { sesMessageId, at }: Timed,
  recipients: string[],
  detail: Record<string, unknown>,
): SesEvent {
  return { id: randomUUID(), type, sesMessageId, recipients, dueAt: at, detail }
}

export function sendEvent(timed: Timed, recipients: string[]): SesEvent {
  return anEvent('Send', timed, recipients, {})
}

export function rejectEvent(timed: Timed, recipients: string[]): SesEvent {
  return anEvent('Reject', timed, recipients, { reason: 'Bad content' })
}

export function renderingFailure(
  timed: Timed,
  recipients: string[],
  missing: string,
  templateName: string,
): SesEvent {
  return anEvent('Rendering Failure', timed, recipients, {
    errorMessage: `Attribute '${missing}' is not present in the rendering data.`,
    templateName,
  })
}

export function deliveryEvent(
  timed: Timed,
  recipients: string[],
  acceptedAt: number,
  region: string,
): SesEvent {
  return anEvent('Delivery', timed, recipients, {
    timestamp: new Date(timed.at).toISOString(),
    processingTimeMillis: timed.at - acceptedAt,
    recipients,
    smtpResponse: '250 2.6.0 Message received',
    reportingMTA: `a4-25.smtp-out.${region}.amazonses.com`,
  })
}

export interface BounceKind {
  bounceType: 'Permanent' | 'Transient'
  bounceSubType: string
  status: string
  diagnosticCode: string
}

export function bounceEvent(
  timed: Timed,
  recipient: string,
  kind: BounceKind,
  region: string,
): SesEvent {
  const { bounceType, bounceSubType, status, diagnosticCode } = kind
  return anEvent('Bounce', timed, [recipient], {
    feedbackId: messageId(region, timed.at),
    bounceType,
    bounceSubType,
    bouncedRecipients: [{ emailAddress: recipient, action: 'failed', status, diagnosticCode }],
    timestamp: new Date(timed.at).toISOString(),
    reportingMTA:
      bounceSubType === 'General'
        ? `dns; a4-25.smtp-out.${region}.amazonses.com`
        : 'dns; amazonses.com',
  })
}

export function complaintEvent(
  timed: Timed,
  recipient: string,
  userAgent: string,
  region: string,
): SesEvent {
  const timestamp = new Date(timed.at).toISOString()
  return anEvent('Complaint', timed, [recipient], {
    feedbackId: messageId(region, timed.at),
    complaintSubType: null,
    complainedRecipients: [{ emailAddress: recipient }],
    timestamp,
    userAgent,
    complaintFeedbackType: 'abuse',
    arrivalDate: timestamp,
  })
}

export interface Reader {
  ipAddress: string
  userAgent: string
}

export function openEvent(timed: Timed, recipients: string[], reader: Reader): SesEvent {
  const timestamp = new Date(timed.at).toISOString()
  return anEvent('Open', timed, recipients, { ...reader, timestamp, isBotEvent: 'Unlikely' })
}

export function clickEvent(
  timed: Timed,
  recipients: string[],
  reader: Reader,
  link: string,
): SesEvent {
  const timestamp = new Date(timed.at).toISOString()
  return anEvent('Click', timed, recipients, {
    ...reader,
    timestamp,
    link,
    linkTags: null,
    isBotEvent: 'Unlikely',
  })
}

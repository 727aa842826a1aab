/** SES's ten event types, in our spelling. */
export const EVENT_TYPES = [
  'send',
  'delivery',
  'bounce',
  'complaint',
  'reject',
  'open',
  'click',
  'rendering_failure',
  'delivery_delay',
  'subscription',
] as const
export type EventType = (typeof EVENT_TYPES)[number]

export const ACTORS = ['human', 'proxy', 'machine', 'unknown'] as const
export type Actor = (typeof ACTORS)[number]

/**
 * What the world told us about one email and, where it says so, one recipient.
 * `at` is epoch milliseconds of the sender's clock; `recipient` is in normal form.
 */
export interface MailEvent {
  type: EventType
  /** Our attempt id; null for feedback notifications, which carry no tags and only suppress. */
  attempt: string | null
  at: number
  recipient: string | null
  messageId: string | null
  /** Who told it: SES, or our own pixel or link. */
  source: 'ses' | 'pixel' | 'link'
  feedbackId?: string
  bounceType?: 'Permanent' | 'Transient' | 'Undetermined'
  subType?: string
  complaintType?: string
  delayType?: string
  diagnostic?: string
  ip?: string
  userAgent?: string
  link?: string
  isBotEvent?: string
  actor?: Actor
  actorReason?: string
  /** Made at the door for a load of our own pixel or link: one load, one event. */
  loadId?: string
}

/**
 * One happening, one key, however often and under whatever SNS id it is told.
 * Source: SES gives neither order nor single delivery; feedbackId is its own identity of a bounce or complaint.
 */
export function eventKey(event: MailEvent): string {
  return [event.attempt ?? '', event.type, event.recipient ?? '', discriminator(event)].join('|')
}

function discriminator(event: MailEvent): string {
  switch (event.type) {
    case 'send':
    case 'delivery':
    case 'reject':
    case 'rendering_failure':
      return ''
    case 'bounce':
    case 'complaint':
      return event.feedbackId ?? String(event.at)
    case 'delivery_delay':
    case 'subscription':
      return String(event.at)
    case 'open':
    case 'click':
      return event.loadId ?? [event.at, event.ip, event.userAgent, event.link].join(' ')
    default:
      return event.type satisfies never
  }
}

/** Bounces on SES's suppression lists were never sent: they tell of suppression, not of a mailbox. */
export function isSuppressionBounce(event: MailEvent): boolean {
  return event.type === 'bounce' && SUPPRESSION_BOUNCES.has(event.subType ?? '')
}

export const SUPPRESSION_BOUNCES: ReadonlySet<string> = new Set([
  'Suppressed',
  'OnAccountSuppressionList',
  'OnTenantSuppressionList',
  'EmailValidationSuppressed',
  'UnsubscribedRecipient',
])

/** Why an event stops us from writing to its recipient again, or null. */
export function suppressionReason(event: MailEvent): 'bounce' | 'complaint' | null {
  if (event.type === 'bounce') return event.bounceType === 'Permanent' ? 'bounce' : null
  if (event.type === 'complaint') return event.complaintType === 'not-spam' ? null : 'complaint'
  return null
}

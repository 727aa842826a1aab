import { bounceMessage, knownSubType, suppressionMessage } from './bounce-message.ts'
import { SUPPRESSION_BOUNCES } from './event.ts'
import type { ToldEvent } from './told-event.ts'
import type { WebhookType } from './webhook-types.ts'

/** One body's own part: its type, whom it is about, and what it says beside the email's own fields. */
export interface Telling {
  type: WebhookType
  /** Tells the bodies of one event apart; constant however often they are made. */
  part: number
  to: string[]
  /** SES's id of the attempt that the event is of. */
  messageId: string | null
  /** The contract's own field of this type. */
  extra: object
  /** What the contract has no field for. */
  ses: object
}

/** What an event row keeps: of SES's events, or the reason of a local one. */
interface Detail {
  reason?: string | null
  topic_id?: string | null
  attempt?: string | null
  messageId?: string | null
  source?: string
  feedbackId?: string
  bounceType?: string
  subType?: string
  complaintType?: string
  delayType?: string
  diagnostic?: string
  ip?: string
  userAgent?: string
  link?: string
  actor?: string
  actorReason?: string
}

type Part = Pick<Telling, 'type'> & Partial<Pick<Telling, 'extra' | 'ses'>>

/** The bodies that one event has: none, one of the email as a whole, or one for each it happened to. */
export function tellings(event: ToldEvent): Telling[] {
  const detail: Detail = JSON.parse(event.detail)
  const common = {
    messageId: detail.messageId ?? null,
    ses: { attempt: detail.attempt ?? undefined, ses_message_id: detail.messageId ?? undefined },
  }
  return (isLocal(event) ? decided(event, detail) : happened(event, detail)).map(
    ({ type, part, to, extra = {}, ses = {} }) => ({
      type,
      part,
      to,
      extra,
      messageId: common.messageId,
      ses: { ...common.ses, ...ses },
    }),
  )
}

type Addressed = Part & Pick<Telling, 'part' | 'to'>

function isLocal({ key }: ToldEvent): boolean {
  return key.startsWith('local:')
}

/** What SES told. */
function happened(event: ToldEvent, detail: Detail): Addressed[] {
  switch (event.type) {
    case 'send':
      return sent(event)
    case 'delivery':
      return toEach(event, {
        type: 'email.delivered',
        ses: { smtp_response: detail.diagnostic },
      })
    case 'delivery_delay':
      return toEach(event, {
        type: 'email.delivery_delayed',
        ses: { delay_type: detail.delayType, diagnostic: detail.diagnostic },
      })
    case 'bounce':
      return toEach(event, bounced(event, detail))
    case 'complaint':
      // A report that an email is no spam is no complaint.
      if (detail.complaintType === 'not-spam') return []
      return toEach(event, {
        type: 'email.complained',
        ses: {
          feedback_id: detail.feedbackId,
          complaint_type: detail.complaintType,
          complaint_sub_type: detail.subType,
          user_agent: detail.userAgent,
        },
      })
    case 'reject':
      return toEach(event, failed(`rejected: ${detail.diagnostic ?? 'SES gave no reason'}`))
    case 'rendering_failure':
      return toEach(event, failed(`rendering failed: ${detail.diagnostic ?? 'SES gave no reason'}`))
    case 'open':
      return asAWhole(event, { type: 'email.opened', ses: seen(detail) })
    case 'click':
      return asAWhole(event, {
        type: 'email.clicked',
        extra: {
          click: {
            ipAddress: detail.ip ?? '',
            link: detail.link ?? '',
            timestamp: new Date(event.at).toISOString(),
            userAgent: detail.userAgent ?? '',
          },
        },
        ses: seen(detail),
      })
    default:
      // SES's own subscription lists are not used.
      return []
  }
}

/** What we decided, or were told by a person. */
function decided(event: ToldEvent, detail: Detail): Addressed[] {
  const reason = detail.reason ?? 'no reason is known'
  const ses = { reason }
  switch (event.type) {
    case 'scheduled':
      return asAWhole(event, { type: 'email.scheduled' })
    case 'sent':
      return sent(event, ses)
    case 'failed':
      return toEach(event, { ...failed(reason), ses })
    case 'suppressed':
      return toEach(event, suppressedHere(event, reason))
    case 'canceled':
      return asAWhole(event, { type: 'email.canceled', ses })
    case 'in_doubt':
      return asAWhole(event, { type: 'email.in_doubt', ses })
    case 'unknown':
      return asAWhole(event, { type: 'email.unknown', ses })
    case 'unsubscribe':
      return asAWhole(event, {
        type: 'email.unsubscribed',
        ses: { topic_id: detail.topic_id ?? null },
      })
    default:
      // Sent again by hand: what comes of it is told.
      return []
  }
}

/** Once an email, however many attempts were; those whom it did not go to are named with it. */
function sent(event: ToldEvent, ses: object = {}): Addressed[] {
  if (!event.first) return []
  const leftOut = event.recipients.filter(({ left_out }) => left_out !== null)
  return [
    ...asAWhole(event, { type: 'email.sent', ses }),
    ...leftOut.map(({ address, position, left_out }) => ({
      ...suppressedHere(event, left_out ?? ''),
      part: 1 + position,
      to: [address],
    })),
  ]
}

function bounced(event: ToldEvent, detail: Detail): Part {
  const { bounceType = 'Undetermined', subType, diagnostic, feedbackId } = detail
  const ses = { feedback_id: feedbackId, bounce_sub_type: subType }
  const diagnosticCode = diagnostic === undefined ? [] : [diagnostic]
  if (subType !== undefined && SUPPRESSION_BOUNCES.has(subType)) {
    return {
      type: 'email.suppressed',
      extra: {
        suppressed: {
          type: subType === 'Suppressed' ? 'Suppressed' : 'OnAccountSuppressionList',
          ...reasonOf(event),
          message: suppressionMessage('it is on a suppression list of Amazon SES'),
          diagnosticCode,
        },
      },
      ses,
    }
  }
  const known = knownSubType(subType)
  return {
    type: 'email.bounced',
    extra: {
      bounce: {
        type: bounceType,
        subType: known,
        message: bounceMessage(bounceType, known),
        diagnosticCode,
      },
    },
    ses,
  }
}

function suppressedHere(event: ToldEvent, reason: string): Part {
  return {
    type: 'email.suppressed',
    extra: {
      suppressed: {
        type: 'OnAccountSuppressionList',
        ...reasonOf(event),
        message: suppressionMessage(reason),
        diagnosticCode: [],
      },
    },
    ses: { reason },
  }
}

/** The contract has two reasons; a wish or a policy is neither. */
function reasonOf({ origin }: ToldEvent): { reason?: string } {
  return origin === 'bounce' || origin === 'complaint' ? { reason: `previous_${origin}` } : {}
}

function failed(reason: string): Part {
  return { type: 'email.failed', extra: { failed: { reason } } }
}

/** A machine's look is told with its class: who counts people can leave it out. */
function seen({ source, actor, actorReason, ip, userAgent }: Detail): object {
  return {
    source,
    actor: actor ?? 'unknown',
    actor_reason: actorReason,
    ip,
    user_agent: userAgent,
  }
}

/** About the one that it names, else one for each that the email went to. */
function toEach(event: ToldEvent, part: Part): Addressed[] {
  if (event.recipient !== null) return [{ ...part, part: 0, to: [event.recipient] }]
  return reached(event).map(({ address, position }) => ({ ...part, part: position, to: [address] }))
}

/** Once, about the one that it names, else about all whom the email is addressed to. */
function asAWhole(event: ToldEvent, part: Part): Addressed[] {
  const to = reached(event).filter(({ kind }) => kind === 'to')
  const named = event.recipient === null ? to.map(({ address }) => address) : [event.recipient]
  return [{ ...part, part: 0, to: named }]
}

/** Whom it went to; of an email that went to nobody, whom it was meant for. */
function reached({ recipients }: ToldEvent): ToldEvent['recipients'] {
  const went = recipients.filter(({ left_out }) => left_out === null)
  return went.length === 0 ? recipients : went
}

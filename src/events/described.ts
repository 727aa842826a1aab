import { z } from 'zod'
import type { EventType, MailEvent } from '../domain/event.ts'
import { eventTexts } from './event-texts.ts'

type Detail = Omit<MailEvent, 'type' | 'attempt' | 'at' | 'recipient' | 'messageId' | 'source'>

/** What an event says of one recipient; null: it names none. */
export type Told = Detail & { recipient: string | null }

export interface Described {
  /** SES's time of the happening itself, as it wrote it. */
  at: string | undefined
  /** One for each recipient that is named, else one for all. */
  told: Told[]
}

const text = z.string().nullish().catch(undefined)
const people = z
  .array(z.object({ emailAddress: text, diagnosticCode: text, status: text }).catch({}))
  .catch([])
/** The fields of all of SES's detail objects that we keep; what is missing or odd reads as absent. */
const details = z.object({
  timestamp: z.string().optional().catch(undefined),
  recipients: z.array(z.string()).catch([]),
  bouncedRecipients: people,
  complainedRecipients: people,
  delayedRecipients: people,
  bounceType: z.enum(['Permanent', 'Transient', 'Undetermined']).catch('Undetermined'),
  bounceSubType: text,
  complaintSubType: text,
  complaintFeedbackType: text,
  feedbackId: text,
  delayType: text,
  smtpResponse: text,
  reason: text,
  errorMessage: text,
  source: text,
  ipAddress: text,
  userAgent: text,
  link: text,
  isBotEvent: text,
})
type Details = z.infer<typeof details>

/** Reads the object that an event of SES carries beside `mail`. */
export function describe(type: EventType, raw: unknown): Described {
  const parsed = details.safeParse(raw)
  const detail = parsed.success ? parsed.data : details.parse({})
  return { at: detail.timestamp, told: tell(type, detail) }
}

function tell(type: EventType, detail: Details): Told[] {
  switch (type) {
    case 'send':
      return ofAll({})
    case 'delivery':
      return ofEach(
        detail.recipients.map((emailAddress) => ({ emailAddress })),
        eventTexts({ diagnostic: detail.smtpResponse }),
      )
    case 'bounce':
      return ofEach(detail.bouncedRecipients, {
        bounceType: detail.bounceType,
        ...eventTexts({ feedbackId: detail.feedbackId, subType: detail.bounceSubType }),
      })
    case 'complaint':
      return ofEach(
        detail.complainedRecipients,
        eventTexts({
          feedbackId: detail.feedbackId,
          subType: detail.complaintSubType,
          complaintType: detail.complaintFeedbackType,
          userAgent: detail.userAgent,
        }),
      )
    case 'delivery_delay':
      return ofEach(detail.delayedRecipients, eventTexts({ delayType: detail.delayType }))
    case 'reject':
      return ofAll(eventTexts({ diagnostic: detail.reason }))
    case 'rendering_failure':
      return ofAll(eventTexts({ diagnostic: detail.errorMessage }))
    case 'subscription':
      return ofAll(eventTexts({ diagnostic: detail.source }))
    case 'open':
    case 'click':
      return ofAll(
        eventTexts({
          ip: detail.ipAddress,
          userAgent: detail.userAgent,
          link: detail.link,
          isBotEvent: detail.isBotEvent,
        }),
      )
    default:
      return type satisfies never
  }
}

function ofAll(detail: Detail): Told[] {
  return [{ recipient: null, ...detail }]
}

/** A list that is missing or empty still tells that it happened. */
function ofEach(named: z.infer<typeof people>, detail: Detail): Told[] {
  if (named.length === 0) return ofAll(detail)
  return named.map(({ emailAddress, diagnosticCode, status }) => ({
    recipient: emailAddress ?? null,
    ...detail,
    ...eventTexts({ diagnostic: diagnosticCode ?? status }),
  }))
}

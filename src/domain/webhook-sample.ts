import type { ToldEvent } from './told-event.ts'
import { toldKey, type WebhookBody, webhookEvents, type Wording } from './webhook-body.ts'

/** The types that a test event can be of. */
export const SAMPLE_TYPES = [
  'email.sent',
  'email.scheduled',
  'email.delivered',
  'email.delivery_delayed',
  'email.bounced',
  'email.complained',
  'email.opened',
  'email.clicked',
  'email.failed',
  'email.suppressed',
] as const
export type SampleType = (typeof SAMPLE_TYPES)[number]

const NIL = '00000000-0000-0000-0000-000000000000'
const ADDRESS = 'recipient@example.com'

/** An event of an email that never was, as an endpoint would be told of a real one; `data.ses.test` says so. */
export function sampleBody(type: SampleType, now: number, wording: Wording): WebhookBody {
  const { event, detail } = HAPPENED[type]
  const local = detail.reason !== undefined
  const told: ToldEvent = {
    email_id: NIL,
    key: local ? `local:${event}:` : event,
    type: event,
    at: now,
    recipient: ADDRESS,
    detail: JSON.stringify(detail),
    first: true,
    origin: 'bounce',
    sender: 'Aerogram <test@example.com>',
    subject: 'A test event of Aerogram',
    broadcast_id: null,
    template_id: null,
    ses_message_id: 'test',
    tags: [],
    headers: [],
    recipients: [{ address: ADDRESS, position: 0, kind: 'to', left_out: null }],
  }
  const pair: [string, string] = [told.email_id, told.key]
  const row = { id: 0, at: now, keys: [pair], notice: null }
  const [made] = webhookEvents(row, new Map([[toldKey(pair), told]]), wording)
  if (made === undefined) throw new TypeError(`there is no sample of ${type}`)
  const { data } = made.body
  const ses = { ...('ses' in data && Object(data.ses)), test: true }
  return { ...made.body, data: { ...data, created_at: made.body.created_at, ses } }
}

interface Happened {
  /** As the events table names it. */
  event: string
  detail: { reason?: string; [more: string]: string | undefined }
}

const HAPPENED: Record<SampleType, Happened> = {
  'email.sent': { event: 'send', detail: {} },
  'email.scheduled': { event: 'scheduled', detail: { reason: '' } },
  'email.delivered': { event: 'delivery', detail: { diagnostic: '250 2.0.0 OK' } },
  'email.delivery_delayed': { event: 'delivery_delay', detail: { delayType: 'MailboxFull' } },
  'email.bounced': {
    event: 'bounce',
    detail: {
      bounceType: 'Permanent',
      subType: 'General',
      diagnostic: 'smtp; 550 5.1.1 user unknown',
      feedbackId: 'test',
    },
  },
  'email.complained': {
    event: 'complaint',
    detail: { complaintType: 'abuse', feedbackId: 'test' },
  },
  'email.opened': { event: 'open', detail: { source: 'ses', actor: 'human' } },
  'email.clicked': {
    event: 'click',
    detail: {
      source: 'ses',
      actor: 'human',
      ip: '192.0.2.1',
      link: 'https://example.com/',
      userAgent: 'Aerogram',
    },
  },
  'email.failed': { event: 'failed', detail: { reason: 'HTTP 400' } },
  'email.suppressed': { event: 'suppressed', detail: { reason: 'the address is suppressed' } },
}

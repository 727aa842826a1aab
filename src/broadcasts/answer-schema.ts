import { z } from '@hono/zod-openapi'
import { timeField } from '../http/answered.ts'
import { idAnswer } from './broadcast-schema.ts'

/** What is answered; tests hold the answers to it. */

const time = timeField.nullable()
const count = z.int().min(0)
const STATES = ['draft', 'scheduled', 'sending', 'paused', 'braked', 'sent', 'canceled'] as const

const listed = {
  id: z.uuid(),
  name: z.string(),
  audience_id: z.uuid().nullable(),
  segment_id: z.uuid().nullable(),
  from: z.string(),
  subject: z.string(),
  reply_to: z.array(z.string()).nullable(),
  preview_text: z.string().nullable(),
  status: z.enum(['draft', 'scheduled', 'queued', 'sent', 'failed']),
  created_at: timeField,
  scheduled_at: time,
  sent_at: time,
  topic_id: z.uuid().nullable(),
  parent_id: z.uuid().nullable(),
}
export const listedBroadcast = z.object(listed)

const cost = z.object({
  currency: z.literal('USD'),
  ses: z.number(),
  sns: z.number(),
  cloudflare: z.number(),
  total: z.number(),
})

const attachment = z.object({
  filename: z.string(),
  content_type: z.string(),
  content_id: z.string().nullable(),
  size: count,
})

const progress = z.object({
  state: z.enum(STATES),
  reason: z.string().nullable(),
  audience: count,
  sent: count,
  in_doubt: count,
  unknown: count,
  failed: count,
  skipped: z.record(z.string(), count),
  waiting: count,
  rate_now: z.number(),
  estimated_end: time,
  waiting_for: z.object({ reason: z.string(), until: time }).nullable(),
  started_at: time,
  ended_at: time,
})

export const broadcastSchema = z
  .object({
    object: z.literal('broadcast'),
    ...listed,
    html: z.string().nullable(),
    text: z.string().nullable(),
    tags: z.array(z.object({ name: z.string(), value: z.string() })),
    attachments: z.array(attachment),
    tracking: z.object({ pixel: z.boolean(), ses: z.boolean(), clicks: z.boolean() }),
    canary: z
      .object({
        count: count.optional(),
        percent: z.number().optional(),
        wait_seconds: count,
      })
      .nullable(),
    brake: z.object({ bounce_rate: z.number(), complaint_rate: z.number(), min_sent: count }),
    doubt_policy: z.enum(['resend', 'hold']),
    progress,
    counts: z.object({
      delivered: count,
      bounced: count,
      complained: count,
      opened: count,
      clicked: count,
      unsubscribed: count,
    }),
    cost: z.object({ so_far: cost, estimated: cost }),
  })
  .openapi('BroadcastDetails')

export const deletedAnswer = idAnswer.extend({ deleted: z.literal(true) })

export const againAnswer = idAnswer.extend({ parent_id: z.uuid().optional(), recipients: count })

export const testAnswer = z.object({
  object: z.literal('list'),
  has_more: z.literal(false),
  data: z.array(z.object({ id: z.uuid(), email: z.string() })),
})

export const clickedLink = z.object({
  id: z.uuid(),
  url: z.string(),
  clicks: count,
  unique_clicks: count,
})

export const ledgerEntry = z.object({
  id: z.uuid(),
  email: z.string(),
  name: z.string().nullable(),
  state: z.string(),
  status: z.string(),
  reason: z.string().nullable(),
  attempts: count,
  doubted: z.boolean(),
  message_id: z.string().nullable(),
  claimed_at: time,
  sent_at: time,
  delivered_at: time,
  bounced_at: time,
  transient_bounce_at: time,
  complained_at: time,
  opened_at: time,
  clicked_at: time,
  unsubscribed_at: time,
  suppressed_at: time,
})

export const recipientEntry = ledgerEntry.extend({
  contact_id: z.uuid().nullable(),
  count: count.optional(),
  clicked_links: z.array(z.object({ url: z.string(), clicks: count })).optional(),
  bounce_type: z.enum(['transient', 'permanent']).optional(),
})

export const previewSchema = z.object({
  object: z.literal('preview'),
  broadcast_id: z.uuid(),
  email_id: z.uuid(),
  from: z.string(),
  to: z.string(),
  reply_to: z.array(z.string()),
  subject: z.string(),
  html: z.string().nullable(),
  text: z.string().nullable(),
  headers: z.array(z.object({ name: z.string(), value: z.string() })),
  attachments: z.array(attachment),
})

export const uploadSchema = z.object({
  object: z.literal('upload'),
  broadcast_id: z.uuid(),
  accepted: count,
  duplicates: count,
  replaced: count,
  invalid: z.object({ count, lines: z.array(z.object({ line: count, reason: z.string() })) }),
  collided: z.object({ count, emails: z.array(z.string()) }),
  erased: count,
})

const bounded = z.object({ bytes: count, limit: count })

export const preflightSchema = z.object({
  object: z.literal('preflight'),
  broadcast_id: z.uuid(),
  ready: z.boolean(),
  problems: z.array(z.string()),
  warnings: z.array(z.string()),
  audience: count,
  partial: z.boolean(),
  sendable: count,
  skipped: z.record(z.string(), count),
  missing_variables: z.array(z.object({ name: z.string(), recipients: count })),
  redirected_to: z.string().nullable(),
  size: z.record(z.string(), bounded),
  links: z.object({
    checked: count,
    faulty: z.array(z.object({ link: z.string(), reason: z.string() })),
  }),
  unsubscribe_link: z.object({ html: z.boolean().nullable(), text: z.boolean().nullable() }),
  duration: z.object({
    seconds: z.number().nullable(),
    rate: z.number().nullable(),
    quota: z.looseObject({}).nullable(),
    stopped: z.string().nullable(),
  }),
  cost,
})

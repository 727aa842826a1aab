import { z } from '@hono/zod-openapi'
import { timeField } from '../http/answered.ts'
import { PRIORITIES } from '../domain/priority.ts'
import { STATES } from '../domain/state.ts'

/** What is answered; tests hold the answers to it. */

const time = timeField.nullable()
const addresses = z.array(z.string())

export const emailIdAnswer = z.object({ object: z.literal('email'), id: z.uuid() })

const LAST_EVENTS = [
  'queued',
  'scheduled',
  'canceled',
  'sent',
  'delivered',
  'delivery_delayed',
  'bounced',
  'complained',
  'failed',
  'suppressed',
  'opened',
  'clicked',
] as const

const STATUSES = [
  ...STATES,
  'complained',
  'rejected',
  'bounced',
  'delivered',
  'transient_bounce',
  'delayed',
] as const

const listed = {
  id: z.uuid(),
  message_id: z.string().nullable(),
  to: addresses,
  cc: addresses.nullable(),
  bcc: addresses.nullable(),
  from: z.string(),
  created_at: timeField,
  subject: z.string(),
  reply_to: addresses.nullable(),
  last_event: z.enum(LAST_EVENTS),
  scheduled_at: time,
}
export const listedEmail = z.object(listed)

const facts = {
  delivered_at: time,
  delay_first_at: time,
  delay_last_at: time,
  transient_bounce_at: time,
  permanent_bounce_at: time,
  suppressed_at: time,
  complained_at: time,
}

const recipient = z.object({
  address: z.string(),
  name: z.string().nullable(),
  kind: z.enum(['to', 'cc', 'bcc']),
  left_out: z.string().nullable(),
  ...facts,
})

const ses = z
  .object({
    message_id: z.string().nullable(),
    status: z.enum(STATUSES),
    state: z.enum(STATES),
    reason: z.string().nullable(),
    priority: z.enum(PRIORITIES),
    attempts: z.int(),
    doubted: z.boolean(),
    due_at: time,
    expires_at: time,
    accepted_at: time,
    sent_at: time,
    ...facts,
    rejected_at: time,
    render_failed_at: time,
    opened_at: z.object({ ses: time, pixel: time }),
    clicked_at: time,
    recipients: z.array(recipient),
  })
  .openapi({ description: 'Ours: what SES told and what we did, in exact words' })

export const emailSchema = z
  .object({
    object: z.literal('email'),
    ...listed,
    html: z.string().nullable(),
    text: z.string().nullable(),
    tags: z.array(z.object({ name: z.string(), value: z.string() })),
    topic_id: z.uuid().optional(),
    ses,
  })
  .openapi('Email')

const entry = z.looseObject({
  kind: z.enum(['request', 'attempt', 'local', 'event']),
  type: z.string(),
  at: timeField,
  reason: z.string().nullable(),
})

export const timelineSchema = z.object({
  object: z.literal('list'),
  has_more: z.literal(false),
  email_id: z.uuid(),
  status: z.enum(STATUSES),
  data: z.array(entry),
})

export const sendingAnswer = z.object({
  object: z.literal('sending'),
  state: z.enum(['paused', 'running']),
})

export const putBackAnswer = z.object({
  object: z.literal('dead_letter'),
  id: z.uuid(),
  queue: z.string(),
})

export const deadLetterSchema = z.object({
  object: z.literal('dead_letter'),
  id: z.uuid(),
  queue: z.string(),
  reason: z.string(),
  attempts: z.int(),
  queued_at: timeField,
  created_at: timeField,
  body: z.unknown(),
})

const backlog = z.object({ messages: z.int(), bytes: z.int(), oldest_at: time })

export const healthSchema = z.object({
  object: z.literal('health'),
  status: z.enum(['ok', 'warning']),
  warnings: z.array(z.string()),
  environment: z.string(),
  sending: z.enum(['paused', 'running']),
  d1: z.object({ size_bytes: z.int(), max_bytes: z.int() }),
  queues: z.record(z.string(), backlog).nullable(),
  governor: z.looseObject({}).nullable(),
})

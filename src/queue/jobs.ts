import { z } from 'zod'
import { ACTORS, EVENT_TYPES } from '../domain/event.ts'
import { UUID } from '../domain/id.ts'
import { PRIORITIES } from '../domain/priority.ts'

const time = z.int().nonnegative()

/** Emails to try now; the rows say whether that is still to be done. */
export const sendJob = z.strictObject({
  version: z.literal(1),
  priority: z.enum(PRIORITIES),
  emails: z
    .array(z.strictObject({ id: z.string().regex(UUID), recipients: z.int().positive() }))
    .min(1)
    .max(100),
})
export type SendJob = z.infer<typeof sendJob>

/** Up to 50 recipients of a broadcast, released to be tried now. */
export const rangeJob = z.strictObject({
  version: z.literal(1),
  broadcast: z.string().regex(UUID),
  n: z.int().nonnegative(),
  first: z.string().regex(UUID),
  last: z.string().regex(UUID),
  recipients: z.int().positive(),
})
export type RangeJob = z.infer<typeof rangeJob>

const mailEvent = z.strictObject({
  type: z.enum(EVENT_TYPES),
  attempt: z.string().nullable(),
  at: time,
  recipient: z.string().nullable(),
  messageId: z.string().nullable(),
  source: z.enum(['ses', 'pixel', 'link']),
  feedbackId: z.string().exactOptional(),
  bounceType: z.enum(['Permanent', 'Transient', 'Undetermined']).exactOptional(),
  subType: z.string().exactOptional(),
  complaintType: z.string().exactOptional(),
  delayType: z.string().exactOptional(),
  diagnostic: z.string().exactOptional(),
  ip: z.string().exactOptional(),
  userAgent: z.string().exactOptional(),
  link: z.string().exactOptional(),
  isBotEvent: z.string().exactOptional(),
  actor: z.enum(ACTORS).exactOptional(),
  actorReason: z.string().exactOptional(),
  loadId: z.string().exactOptional(),
})

/**
 * What one notification, or one load of our pixel or link told. The one job that carries content: until its rows
 * are written, SNS has the only other copy.
 */
export const eventJob = z.strictObject({
  version: z.literal(1),
  events: z.array(mailEvent).min(1).max(100),
})
export type EventJob = z.infer<typeof eventJob>

/** Endpoints of host applications to which something may be due; the rows say what. */
export const webhookJob = z.strictObject({
  version: z.literal(1),
  webhooks: z.array(z.string().regex(UUID)).min(1).max(100),
})
export type WebhookJob = z.infer<typeof webhookJob>

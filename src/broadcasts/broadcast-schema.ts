import { z } from '@hono/zod-openapi'
import { attachmentsField, mailboxesField, tagsField, trackingField } from '../http/fields.ts'

const MAX_PERCENT = 100
const MAX_WAIT_SECONDS = 7 * 24 * 60 * 60

const waitSeconds = z.int().min(0).max(MAX_WAIT_SECONDS)
const canary = z
  .union(
    [
      z.strictObject({ count: z.int().positive(), wait_seconds: waitSeconds }),
      z.strictObject({ percent: z.number().gt(0).max(MAX_PERCENT), wait_seconds: waitSeconds }),
    ],
    'Expected {count, wait_seconds} or {percent, wait_seconds}.',
  )
  .nullish()

const rate = z.number().gt(0).max(1)
const brake = z
  .strictObject({
    bounce_rate: rate.nullish(),
    complaint_rate: rate.nullish(),
    min_sent: z.int().positive().nullish(),
  })
  .nullish()

/** What can be said of a draft; PATCH changes the fields that it names. */
export const draftBody = z
  .object({
    segment_id: z.unknown().optional().openapi({ type: 'string' }),
    audience_id: z
      .unknown()
      .optional()
      .openapi({ type: 'string', description: 'The old name of `segment_id`' }),
    from: z.string().nullish(),
    subject: z.string().nullish(),
    html: z.string().nullish(),
    text: z.string().nullish(),
    name: z.string().nullish(),
    reply_to: mailboxesField,
    preview_text: z.string().nullish(),
    topic_id: z.uuid().nullish(),
    tags: tagsField,
    attachments: attachmentsField,
    tracking: trackingField,
    canary,
    brake,
    doubt_policy: z.enum(['resend', 'hold']).nullish(),
  })
  .openapi('BroadcastDraft')
export type DraftInput = z.infer<typeof draftBody>

export const createBody = draftBody
  .extend({ send: z.boolean().nullish(), scheduled_at: z.string().nullish() })
  .openapi('Broadcast', {
    example: {
      name: 'November',
      from: 'The Shop <news@example.com>',
      subject: 'News for {{{FIRST_NAME|you}}}',
      html: '<p>Hello.</p><a href="{{{RESEND_UNSUBSCRIBE_URL}}}">Unsubscribe</a>',
    },
  })

export const sendBody = z.object({ scheduled_at: z.string().nullish() })

export const testBody = z.object({
  to: mailboxesField,
  variables: z.record(z.string(), z.unknown()).nullish(),
})

export const resendBody = z.discriminatedUnion('to', [
  z.object({ to: z.literal('failed') }),
  z.object({ to: z.literal('unknown'), confirm: z.boolean().nullish() }),
  z.object({ to: z.literal('unopened'), send: z.boolean().nullish(), name: z.string().nullish() }),
])

export const idParam = z.object({ id: z.uuid() })
export const idAnswer = z.object({ object: z.literal('broadcast'), id: z.uuid() })

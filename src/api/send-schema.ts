import { z } from '@hono/zod-openapi'
import { PRIORITIES } from '../domain/priority.ts'
import { attachmentsField, mailboxesField, tagsField, trackingField } from '../http/fields.ts'

const headers = z
  .union(
    [
      z.record(z.string(), z.union([z.string(), z.number()])),
      // PHP writes an empty map as a list.
      z
        .array(z.unknown())
        .length(0)
        .transform(() => ({})),
    ],
    'Expected an object of strings.',
  )
  .nullish()

const variables = z
  .union(
    [
      z.record(z.string(), z.unknown()),
      // PHP writes an empty map as a list.
      z
        .array(z.unknown())
        .length(0)
        .transform(() => ({})),
    ],
    'Expected an object.',
  )
  .nullish()

const template = z
  .object({
    id: z.string().openapi({ description: 'Id or alias of a published template' }),
    variables,
  })
  .nullish()

export const sendEmailBody = z
  .object({
    from: z.string().nullish(),
    to: mailboxesField,
    cc: mailboxesField,
    bcc: mailboxesField,
    reply_to: mailboxesField,
    subject: z.string().nullish(),
    html: z.string().nullish(),
    text: z.string().nullish(),
    headers,
    attachments: attachmentsField,
    tags: tagsField,
    scheduled_at: z.string().nullish(),
    expires_at: z.string().nullish(),
    priority: z.enum(PRIORITIES).nullish(),
    tracking: trackingField,
    template,
    topic_id: z.string().nullish(),
  })
  .openapi('SendEmail', {
    example: {
      from: 'The Shop <orders@example.com>',
      to: 'ada@example.com',
      subject: 'Your order',
      html: '<p>It is on its way.</p>',
    },
  })
export type SendInput = z.infer<typeof sendEmailBody>

export const idAnswer = z.object({ id: z.uuid() })

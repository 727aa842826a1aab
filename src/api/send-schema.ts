import { z } from '@hono/zod-openapi'
import { PRIORITIES } from '../domain/priority.ts'

// Clients write an absent value as null, an empty list or not at all; unknown fields are ignored.

const MAX_ATTACHMENTS = 100
const MAX_TAGS = 50

const mailboxes = z
  .union([z.string(), z.array(z.string())], 'Expected a string or a list of strings.')
  .nullish()

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

const attachment = z.object({
  content: z.unknown().optional().openapi({
    description: 'Base64, `{"type":"Buffer","data":[…]}` or a list of bytes',
    type: 'string',
  }),
  path: z.string().nullish(),
  filename: z.string().nullish(),
  content_type: z.string().nullish(),
  contentType: z.string().nullish(),
  content_id: z.string().nullish(),
  inline_content_id: z.string().nullish(),
})
export type AttachmentInput = z.infer<typeof attachment>

export const sendEmailBody = z
  .object({
    from: z.string().nullish(),
    to: mailboxes,
    cc: mailboxes,
    bcc: mailboxes,
    reply_to: mailboxes,
    subject: z.string().nullish(),
    html: z.string().nullish(),
    text: z.string().nullish(),
    headers,
    attachments: z.array(attachment).max(MAX_ATTACHMENTS).nullish(),
    /** `{name, value}`; Symfony writes `{"<name>": "<value>"}`. */
    tags: z
      .array(z.record(z.string(), z.union([z.string(), z.number()])))
      .max(MAX_TAGS)
      .nullish(),
    scheduled_at: z.string().nullish(),
    expires_at: z.string().nullish(),
    priority: z.enum(PRIORITIES).nullish(),
    tracking: z.object({ pixel: z.boolean().nullish(), ses: z.boolean().nullish() }).nullish(),
    template: z.unknown().optional().openapi({ type: 'object' }),
    topic_id: z.string().nullish(),
  })
  .openapi('SendEmail')
export type SendInput = z.infer<typeof sendEmailBody>

export const idAnswer = z.object({ id: z.uuid() })

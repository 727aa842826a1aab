import { z } from '@hono/zod-openapi'

// Fields that several calls share. Clients write an absent value as null, an empty list or not at
// all; unknown fields are ignored.

const MAX_ATTACHMENTS = 100
const MAX_TAGS = 50

export const mailboxesField = z
  .union([z.string(), z.array(z.string())], 'Expected a string or a list of strings.')
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

export const attachmentsField = z.array(attachment).max(MAX_ATTACHMENTS).nullish()

/** `{name, value}`; Symfony writes `{"<name>": "<value>"}`. */
export const tagsField = z
  .array(z.record(z.string(), z.union([z.string(), z.number()])))
  .max(MAX_TAGS)
  .nullish()

export const trackingField = z
  .object({
    pixel: z.boolean().nullish(),
    ses: z.boolean().nullish(),
    clicks: z.boolean().nullish(),
  })
  .nullish()

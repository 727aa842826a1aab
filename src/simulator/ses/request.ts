import { z } from 'zod'
import { SesError } from './error.ts'

/** AWS's JSON reader takes null for absent. */
const text = z.string().nullish()
const list = z.array(z.string()).nullish()

const content = z.object({ Data: z.string(), Charset: text })
const header = z.object({ Name: z.string(), Value: z.string() })
const tag = z.object({ Name: z.string(), Value: z.string() })
const attachment = z.object({
  RawContent: z.base64(),
  FileName: z.string(),
  ContentType: text,
  ContentDisposition: text,
  ContentId: text,
  ContentDescription: text,
  ContentTransferEncoding: text,
})
const destination = z.object({ ToAddresses: list, CcAddresses: list, BccAddresses: list }).nullish()
const switched = z.enum(['ENABLED', 'DISABLED']).nullish()
const overrides = z
  .object({
    Tracking: z.object({ OpenTrackingEnabled: switched, ClickTrackingEnabled: switched }).nullish(),
  })
  .nullish()
const template = z.object({
  TemplateName: text,
  TemplateArn: text,
  TemplateContent: z.object({ Subject: text, Text: text, Html: text }).nullish(),
  TemplateData: text,
  Headers: z.array(header).nullish(),
  Attachments: z.array(attachment).nullish(),
})

const everySend = {
  FromEmailAddress: text,
  ReplyToAddresses: list,
  ConfigurationSetName: text,
  ConfigurationOverrides: overrides,
}

export const sendEmailRequest = z.object({
  ...everySend,
  Destination: destination,
  EmailTags: z.array(tag).nullish(),
  Content: z.object({
    Simple: z
      .object({
        Subject: content,
        Body: z.object({ Text: content.nullish(), Html: content.nullish() }),
        Headers: z.array(header).nullish(),
        Attachments: z.array(attachment).nullish(),
      })
      .nullish(),
    Raw: z.object({ Data: z.base64() }).nullish(),
    Template: template.nullish(),
  }),
})

export const sendBulkEmailRequest = z.object({
  ...everySend,
  DefaultEmailTags: z.array(tag).nullish(),
  DefaultContent: z.object({ Template: template }),
  BulkEmailEntries: z.array(
    z.object({
      Destination: destination,
      ReplacementTags: z.array(tag).nullish(),
      ReplacementEmailContent: z
        .object({ ReplacementTemplate: z.object({ ReplacementTemplateData: text }).nullish() })
        .nullish(),
      ReplacementHeaders: z.array(header).nullish(),
    }),
  ),
})

export type SendEmailRequest = z.infer<typeof sendEmailRequest>
export type SendBulkEmailRequest = z.infer<typeof sendBulkEmailRequest>
export type Destination = z.infer<typeof destination>
export type RequestTemplate = z.infer<typeof template>
export type RequestAttachment = z.infer<typeof attachment>
export type Overrides = z.infer<typeof overrides>
export type Pair = z.infer<typeof header>

/** Throws SerializationException for what is not of the shape. */
export function readRequest<Shape extends z.ZodType>(shape: Shape, json: unknown): z.infer<Shape> {
  const result = shape.safeParse(json)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const path = issue?.path.join('.') ?? ''
  throw new SesError('SerializationException', 400, `${path}: ${issue?.message ?? 'unreadable'}`)
}

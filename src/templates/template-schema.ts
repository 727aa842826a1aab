import { z } from '@hono/zod-openapi'
import { VARIABLE_TYPES } from '../domain/template-variables.ts'
import { mailboxesField } from '../http/fields.ts'

const variable = z.object({
  key: z.string(),
  type: z.enum(VARIABLE_TYPES),
  fallback_value: z.unknown().optional().openapi({
    description: 'Of the type; without it every send brings a value',
  }),
})

/** PATCH changes the fields that it names; null takes an optional one away. */
export const changeBody = z
  .object({
    name: z.string().nullish(),
    alias: z.string().nullish(),
    from: z.string().nullish(),
    subject: z.string().nullish(),
    reply_to: mailboxesField,
    html: z.string().nullish(),
    text: z.string().nullish(),
    variables: z.array(variable).nullish(),
  })
  .openapi('TemplateChange')
export type TemplateInput = z.infer<typeof changeBody>

export const createBody = changeBody.openapi('TemplateDraft', {
  example: {
    name: 'Order sent',
    alias: 'order-sent',
    from: 'The Shop <orders@example.com>',
    subject: 'Your order {{{ORDER}}}',
    html: '<p>Order {{{ORDER}}} is on its way.</p>',
    variables: [{ key: 'ORDER', type: 'string' }],
  },
})

/** Of a body that may be as large as a template. */
export const MAX_TEMPLATE_BYTES = 4 * 1024 * 1024

export const nameParam = z.object({ id: z.string().openapi({ description: 'Id or alias' }) })
export const idAnswer = z.object({ object: z.literal('template'), id: z.uuid() })
export const deletedAnswer = idAnswer.extend({ deleted: z.literal(true) })

const time = z.iso.datetime()

export const listedTemplate = z.object({
  id: z.uuid(),
  name: z.string(),
  alias: z.string().nullable(),
  status: z.enum(['draft', 'published']),
  published_at: time.nullable(),
  created_at: time,
  updated_at: time,
})

const content = z.object({
  from: z.string().nullable(),
  subject: z.string().nullable(),
  reply_to: z.array(z.string()).nullable(),
  html: z.string(),
  text: z.string().nullable(),
  variables: z.array(
    z.object({
      key: z.string(),
      type: z.enum(VARIABLE_TYPES),
      fallback_value: z.unknown(),
      created_at: time,
      updated_at: time,
    }),
  ),
})

export const templateAnswer = z
  .object({
    object: z.literal('template'),
    ...listedTemplate.shape,
    current_version_id: z.uuid(),
    has_unpublished_versions: z.boolean(),
    ...content.shape,
  })
  .openapi('Template')

export const listedVersion = z.object({
  id: z.uuid(),
  subject: z.string().nullable(),
  status: z.enum(['draft', 'published', 'replaced']),
  published_at: time.nullable(),
  created_at: time,
  updated_at: time,
})

export const versionAnswer = z
  .object({
    object: z.literal('template_version'),
    template_id: z.uuid(),
    ...listedVersion.shape,
    ...content.shape,
  })
  .openapi('TemplateVersion')

import { z } from '@hono/zod-openapi'
import { timeField } from '../http/answered.ts'

export const ORIGINS = ['bounce', 'complaint', 'manual'] as const

const text = z.string().nullish()

export const suppressionBody = z.object({
  email: z.string().nullish().openapi({ description: 'Required' }),
  origin: z.enum(ORIGINS).nullish().openapi({ description: 'Ours; absent: manual' }),
  reason: text.openapi({ description: 'Ours: up to 500 characters' }),
  source: text.openapi({ description: 'Ours: where it was taken over from' }),
})

export const batchBody = z.object({
  emails: z.array(z.string()).nullish().openapi({ description: '1 to 100' }),
})
export const batchRemoveBody = batchBody.extend({
  ids: z.array(z.string()).nullish().openapi({ description: '1 to 100, instead of emails' }),
})

export const nameParam = z.object({
  id: z.string().openapi({ description: 'The id, or the email address' }),
})

export const idAnswer = z.object({ object: z.literal('suppression'), id: z.uuid() })
export const deletedAnswer = idAnswer.extend({ deleted: z.boolean() })

export const listedSuppression = z.object({
  id: z.uuid(),
  email: z.string(),
  origin: z.enum(ORIGINS),
  source_id: z.string().nullable(),
  created_at: timeField,
  ses: z
    .object({
      until: timeField.nullable(),
      reason: z.string().nullable(),
      source: z.string().nullable(),
    })
    .openapi({ description: 'Ours: when a pause ends, why it is, where it was taken over from' }),
})
export const suppressionSchema = listedSuppression
  .extend({ object: z.literal('suppression') })
  .openapi('Suppression')

export const importSchema = z.object({
  object: z.literal('import'),
  added: z.int(),
  known: z.int().openapi({ description: 'Suppressed already' }),
  invalid: z.object({
    count: z.int(),
    lines: z.array(z.object({ line: z.int(), reason: z.string() })),
  }),
})

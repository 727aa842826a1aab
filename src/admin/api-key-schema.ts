import { z } from '@hono/zod-openapi'
import { SCOPES } from '../domain/api-key.ts'
import { timeField } from '../http/answered.ts'

export const keyBody = z.object({
  name: z.string().nullish().openapi({ description: 'Required; may be empty' }),
  permission: z.enum(SCOPES).nullish().openapi({ description: 'Absent: full_access' }),
  domain_id: z.string().nullish().openapi({
    description: 'The only domain that a key of sending_access may send from',
  }),
})
export const renameBody = keyBody.pick({ name: true })

export const keyParam = z.object({ id: z.uuid() })
export const newKeyAnswer = z.object({
  id: z.uuid(),
  token: z.string().openapi({ description: 'The key, shown this once' }),
})
export const keyIdAnswer = z.object({ object: z.literal('api_key'), id: z.uuid() })
export const keyDeletedAnswer = keyIdAnswer.extend({ deleted: z.literal(true) })

export const listedKey = z.object({
  id: z.uuid(),
  name: z.string(),
  created_at: timeField,
  last_used_at: timeField.nullable().openapi({ description: 'Up to an hour old' }),
  permission: z.enum(SCOPES),
  domain_id: z.uuid().nullable(),
})

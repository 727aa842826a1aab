import { z } from '@hono/zod-openapi'
import { timeField } from '../http/answered.ts'

/** Of a request that brings no file. */
export const MAX_BODY_BYTES = 256 * 1024

const subscription = z.enum(['opt_in', 'opt_out'])
const properties = z
  .union(
    [
      z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
      // PHP writes an empty map as a list.
      z
        .array(z.unknown())
        .length(0)
        .transform(() => ({})),
    ],
    'Expected an object of texts and numbers.',
  )
  .nullish()

const names = {
  first_name: z.string().nullish(),
  last_name: z.string().nullish(),
  unsubscribed: z.boolean().nullish(),
  properties,
}
export const topicsField = z.array(z.object({ id: z.string(), subscription })).max(100)

export const contactBody = z
  .object({
    email: z.string().nullish(),
    ...names,
    segments: z
      .array(z.union([z.string(), z.object({ id: z.string() })]))
      .max(100)
      .nullish(),
    topics: topicsField.nullish(),
  })
  .openapi('Contact', {
    example: { email: 'ada@example.com', first_name: 'Ada', properties: { plan: 'gold' } },
  })
export type ContactInput = z.infer<typeof contactBody>
export const contactChange = z.object(names).openapi('ContactChange')
export type ContactChange = z.infer<typeof contactChange>

/** Clients write the bare list; the contract's document says an object. */
export const topicsBody = z
  .union([topicsField, z.object({ topics: topicsField }).transform(({ topics }) => topics)])
  .openapi({ type: 'object', properties: { topics: { type: 'array' } } })

export const contactParam = z.object({
  contact: z.string().openapi({ description: 'Id or email address' }),
})
export const idParam = z.object({ id: z.uuid() })
export const contactAnswerId = z.object({ object: z.literal('contact'), id: z.uuid() })
export const deletedContact = contactAnswerId.extend({
  contact: z.uuid(),
  deleted: z.literal(true),
})

export const listedContact = z.object({
  id: z.uuid(),
  email: z.string(),
  first_name: z.string().nullable(),
  last_name: z.string().nullable(),
  created_at: timeField,
  unsubscribed: z.boolean(),
})
export const contactSchema = listedContact
  .extend({
    object: z.literal('contact'),
    properties: z.record(
      z.string(),
      z.object({ type: z.enum(['string', 'number']), value: z.union([z.string(), z.number()]) }),
    ),
  })
  .openapi('ContactDetails')

const filter = z.unknown().optional().openapi({
  type: 'object',
  description:
    'Ours. `{"all":[…]}`, `{"any":[…]}`, `{"not":…}`, `{"field":"properties.plan","eq":"gold"}` (eq, ne, in, gt, lt, exists), `{"topic":"<id>"}`, `{"opened":{"within_days":30}}`, `{"clicked":{"within_days":30}}`',
})
export const segmentBody = z
  .object({ name: z.string().nullish(), filter })
  .openapi('Segment', { example: { name: 'Members' } })
export const segmentId = z.object({
  object: z.enum(['segment', 'audience']),
  id: z.uuid(),
})
export const segmentMade = segmentId.extend({ name: z.string() })
export const deletedSegment = segmentId.extend({ deleted: z.literal(true) })
export const listedSegment = z.object({
  id: z.uuid(),
  name: z.string(),
  filter: z.looseObject({}).nullable(),
  created_at: timeField,
})
export const segmentSchema = listedSegment
  .extend({ object: z.enum(['segment', 'audience']), contacts: z.int().min(0) })
  .openapi('SegmentDetails')

export const topicBody = z
  .object({
    name: z.string().nullish(),
    default_subscription: z.string().nullish(),
    description: z.string().nullish(),
    visibility: z.enum(['public', 'private']).nullish(),
  })
  .openapi('Topic', { example: { name: 'Product news', default_subscription: 'opt_in' } })
export const topicId = z.object({ object: z.literal('topic'), id: z.uuid() })
export const deletedTopic = topicId.extend({ deleted: z.literal(true) })
export const listedTopic = z.object({
  id: z.uuid(),
  name: z.string(),
  description: z.string().nullable(),
  default_subscription: subscription,
  visibility: z.enum(['public', 'private']),
  created_at: timeField,
})
export const topicSchema = listedTopic.extend({ object: z.literal('topic') })
export const contactTopic = z.object({
  id: z.uuid(),
  name: z.string(),
  description: z.string().nullable(),
  subscription,
})

const fallback = z.union([z.string(), z.number()]).nullish()
export const propertyBody = z
  .object({
    key: z.string().nullish(),
    type: z.string().nullish(),
    fallback_value: fallback,
  })
  .openapi('ContactProperty', { example: { key: 'plan', type: 'string', fallback_value: 'free' } })
export const propertyChange = z.object({ fallback_value: fallback })
export const propertyId = z.object({ object: z.literal('contact_property'), id: z.uuid() })
export const deletedProperty = propertyId.extend({ deleted: z.literal(true) })
export const listedProperty = z.object({
  id: z.uuid(),
  key: z.string(),
  type: z.enum(['string', 'number']),
  fallback_value: z.union([z.string(), z.number()]).nullable(),
  created_at: timeField,
})
export const propertySchema = listedProperty.extend({ object: z.literal('contact_property') })

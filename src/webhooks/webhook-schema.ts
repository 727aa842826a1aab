import { z } from '@hono/zod-openapi'
import { SAMPLE_TYPES } from '../domain/webhook-sample.ts'
import { CONTRACT_TYPES, OUR_TYPES, SILENT_TYPES } from '../domain/webhook-types.ts'
import { timeField } from '../http/answered.ts'

const type = z.enum([...CONTRACT_TYPES, ...SILENT_TYPES, ...OUR_TYPES])
const events = z.array(type).max(100)
const status = z.enum(['enabled', 'disabled'])

export const createBody = z
  .object({ endpoint: z.string().nullish(), events: events.nullish() })
  .openapi('WebhookDraft')

/** Changes the fields that it names. */
export const changeBody = z
  .object({
    endpoint: z.string().nullish(),
    events: events.nullish(),
    status: status.nullish(),
  })
  .openapi('WebhookChange')

export const testBody = z.object({
  type: z.enum(SAMPLE_TYPES).nullish().openapi({
    description: 'Absent: the first that the webhook asks for, else `email.delivered`',
  }),
})

export const replayBody = z.object({
  since: z.string().nullish().openapi({ description: 'ISO 8601' }),
})

/** A webhook is no larger. */
export const MAX_BYTES = 64 * 1024

export const idParam = z.object({ id: z.uuid() })
export const eventParam = idParam.extend({
  event: z.string().openapi({ description: 'As in the `webhook-id` header: `msg_…`' }),
})

/** Of lists that go on in one direction. */
export const laterQuery = z.object({
  limit: z.string().optional().openapi({ description: '1 to 100' }),
  after: z.string().optional().openapi({ description: 'The id of the last entry seen' }),
})

const object = z.literal('webhook')
export const idAnswer = z.object({ object, id: z.uuid() })
export const secretAnswer = idAnswer.extend({
  signing_secret: z.string().openapi({ description: '`whsec_…`' }),
})
export const deletedAnswer = idAnswer.extend({ deleted: z.literal(true) })

export const listedWebhook = z.object({
  id: z.uuid(),
  endpoint: z.string(),
  events: z.array(z.string()).nullable(),
  status,
  created_at: timeField,
})

export const webhookAnswer = z
  .object({
    object,
    ...listedWebhook.shape,
    signing_secret: z.string(),
    previous_secret_until: timeField.nullable().openapi({
      description: 'The secret before it signs, too, until then',
    }),
    disabled_reason: z.string().nullable(),
    failing_since: timeField.nullable(),
  })
  .openapi('Webhook')

export const testAnswer = z.object({
  object: z.literal('webhook_test'),
  id: z.string(),
  type: z.string(),
  http_status_code: z.int().nullable(),
  response: z.string(),
  delivered: z.boolean(),
})

export const replayAnswer = idAnswer.extend({
  since: timeField.nullable().openapi({
    description: 'Of the oldest event that is sent again; null: there is none',
  }),
})

/** An event under its id, with the keys of the body that webhooks are sent. */
export const toldEvent = z
  .object({
    id: z.string(),
    type: z.string(),
    created_at: timeField,
    data: z.record(z.string(), z.unknown()),
  })
  .openapi('Event')

export const listedSent = z.object({
  id: z.string(),
  type: z.string(),
  created_at: timeField,
  status: z.enum(['success', 'pending', 'failed', 'attempting']),
})

export const sentAnswer = z
  .object({
    object: z.literal('webhook_event'),
    ...listedSent.shape,
    next_attempt_at: timeField.nullable(),
    payload: z.object({
      type: z.string(),
      created_at: timeField,
      data: z.record(z.string(), z.unknown()),
    }),
  })
  .openapi('WebhookEvent')

export const replayedAnswer = z.object({ object: z.literal('webhook_event'), id: z.string() })

export const listedAttempt = z.object({
  id: z.string(),
  http_status_code: z.int().openapi({ description: '0: no answer came' }),
  response: z.string(),
  sent_at: timeField,
})

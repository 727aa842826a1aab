import { z } from '@hono/zod-openapi'

export const timeField = z.iso.datetime()

/** An event under its id, with the keys of the body that webhooks are sent. */
export const toldEvent = z
  .object({
    id: z.string(),
    type: z.string(),
    created_at: timeField,
    data: z.record(z.string(), z.unknown()),
  })
  .openapi('Event')

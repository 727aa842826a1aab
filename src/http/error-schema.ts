import { z } from '@hono/zod-openapi'
import { ERROR_NAMES } from './errors.ts'

/** What every call answers instead of its own when something is wrong. */
export const errorSchema = z
  .object({
    statusCode: z.int().openapi({ description: 'The HTTP status once more' }),
    name: z.enum(ERROR_NAMES),
    message: z.string(),
  })
  .openapi('Error')

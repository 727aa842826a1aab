import { z } from '@hono/zod-openapi'

/** What page.ts reads. */
export const pageQuery = z.object({
  limit: z.string().optional().openapi({ description: '1 to 100' }),
  after: z.string().optional().openapi({ description: 'The id of the last entry seen' }),
  before: z.string().optional().openapi({ description: 'The id of the first entry seen' }),
})

/** How every list is answered. */
export function listOf<T extends z.ZodType>(entry: T) {
  return z.object({ object: z.literal('list'), has_more: z.boolean(), data: z.array(entry) })
}

import { z } from '@hono/zod-openapi'

/** A response of a route: what it is, and the schema of its JSON. */
export function answered<T extends z.ZodType>(description: string, schema: T) {
  return { description, content: { 'application/json': { schema } } }
}

/** ISO 8601, UTC, with milliseconds. */
export const timeField = z.iso.datetime()

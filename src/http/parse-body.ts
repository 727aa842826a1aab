import type { z } from '@hono/zod-openapi'
import { readJson } from './body.ts'
import { schemaFault } from './field-path.ts'

/** The JSON body of a request by its schema; an absent body is an empty object, as clients send none. */
export async function parseBody<T>(
  request: Request,
  schema: z.ZodType<T>,
  maxBytes: number,
): Promise<T> {
  const isEmpty = request.body === null || request.headers.get('content-length') === '0'
  const parsed = schema.safeParse(isEmpty ? {} : (await readJson(request, maxBytes)).json)
  if (!parsed.success) throw schemaFault(parsed.error)
  return parsed.data
}

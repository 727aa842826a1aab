import type { z } from '@hono/zod-openapi'
import { ApiError, invalidField } from './errors.ts'

/** The first thing wrong with a body, in the contract's words. */
export function schemaFault(error: z.ZodError): ApiError {
  const [issue] = error.issues
  const path = issue === undefined ? '' : fieldPath(issue.path)
  if (issue === undefined || path === '') {
    return new ApiError(422, 'validation_error', 'The body must be a JSON object.')
  }
  return invalidField(path, issue.message)
}

/** `attachments[0].filename` */
export function fieldPath(path: PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`
    const name = String(part).slice(0, 100)
    return text === '' ? name : `${text}.${name}`
  }, '')
}

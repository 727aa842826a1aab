import type { z } from '@hono/zod-openapi'
import { invalidField, missingField } from '../http/errors.ts'
import type { WebhookDeps } from './deps.ts'
import type { createBody } from './webhook-schema.ts'

const MAX_ENDPOINT = 2000

type Input = z.infer<typeof createBody>

export function parseEndpoint(
  given: Input['endpoint'],
  { endpointFault }: Pick<WebhookDeps, 'endpointFault'>,
): string {
  if (given === undefined || given === null || given === '') throw missingField('endpoint')
  if (given.length > MAX_ENDPOINT) {
    throw invalidField('endpoint', `At most ${MAX_ENDPOINT} characters.`)
  }
  const fault = endpointFault(given)
  if (fault !== null) throw invalidField('endpoint', fault)
  return new URL(given).href
}

/** At least one, each once. */
export function parseEvents(given: Input['events']): string[] {
  if (given === undefined || given === null) throw missingField('events')
  if (given.length === 0) throw invalidField('events', 'Name at least one event type.')
  return [...new Set(given)]
}

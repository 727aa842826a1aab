import type { OpenAPIHono, RouteConfig } from '@hono/zod-openapi'
import { errorSchema } from './error-schema.ts'
import type { Endpoint } from './endpoint.ts'

/** By status: what every call may answer instead of its own. */
const ERRORS = {
  400: 'The body or a header cannot be read',
  401: 'No API key, or one that is restricted to sending',
  403: 'An API key that we do not know, or what it may not do',
  404: 'There is nothing of this name',
  409: 'It is not in the state for it, or the idempotency key stands for something else',
  413: 'Larger than one request may be',
  422: 'A field is missing or wrong; the message names it',
  429: 'Too many requests, see retry-after',
  500: 'A fault of ours',
  503: 'Not now; the same request may come again',
} as const

type Registry = OpenAPIHono['openAPIRegistry']

/** What all calls of the document refer to. */
export function documentCommon(registry: Registry): void {
  registry.register('Error', errorSchema)
  registry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key, `re_…`',
  })
  const schema = { $ref: '#/components/schemas/Error' }
  for (const [status, description] of Object.entries(ERRORS)) {
    registry.registerComponent('responses', `Error${status}`, {
      description,
      content: { 'application/json': { schema } },
    })
  }
}

/** A route with what holds for all of its kind: who may call it, and which errors it answers. */
export function documented({ route, asks }: Endpoint): RouteConfig {
  const isKeyed = asks !== 'nobody'
  const statuses = [
    ...(route.request?.body === undefined ? [] : [400, 409, 413, 422]),
    ...(isKeyed ? [401, 403, 429] : []),
    ...(route.path.includes('{') ? [404, 422] : []),
    ...(route.request?.query === undefined ? [] : [422]),
    500,
    503,
  ]
  const errors = statuses.map((status) => [
    status,
    { $ref: `#/components/responses/Error${status}` },
  ])
  return {
    ...route,
    tags: route.tags ?? [tagOf(route.path)],
    security: isKeyed ? [{ bearer: [] }] : [],
    responses: { ...Object.fromEntries(errors), ...route.responses },
  }
}

/** The object that a path is about; what Resend has no object for is an operator's. */
function tagOf(path: string): string {
  const [first = ''] = path.split('/').filter((part) => part !== '')
  return first === '-' || first === 'health' ? 'operations' : first
}

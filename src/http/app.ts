import { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { authorize, type ReadKey } from './authorize.ts'
import { documentCommon, documented } from './documented.ts'
import type { ApiContext, ApiEnv, ApiKey, Endpoint } from './endpoint.ts'
import { ApiError } from './errors.ts'
import { requestRate } from './request-rate.ts'

export interface AppDeps {
  readKey: ReadKey
  /** Of a key that was let in. */
  keyUsed: (key: ApiKey) => Promise<void>
  /** Epoch milliseconds. */
  now: () => number
  /** Paths of the contract that we do not serve, where the pattern of an endpoint would match. */
  outOfScope: readonly string[]
  /** Requests a second that one key may make. */
  requestsPerSecond: number
}

/** Of every answer, errors too: some clients read nothing else. */
const HEADERS = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-store',
}

/** Endpoints as one API: keys, rates, methods, content types and errors are alike for all of them. */
export function appOf(endpoints: Endpoint[], deps: AppDeps): OpenAPIHono<ApiEnv> {
  const app = new OpenAPIHono<ApiEnv>()
  const rate = requestRate(deps.requestsPerSecond)
  documentCommon(app.openAPIRegistry)

  app.use(async (c, next) => {
    await next()
    const { headers } = c.res
    const isFile =
      headers.has('content-disposition') ||
      headers.get('content-type')?.startsWith('text/html') === true
    if (!isFile) headers.set('content-type', HEADERS['content-type'])
    headers.set('cache-control', HEADERS['cache-control'])
  })

  for (const path of deps.outOfScope) {
    app.all(path, (c) => c.notFound())
  }
  // A path stands before the pattern that would match it too.
  for (const [path, sharing] of Map.groupBy(endpoints, ({ route }) => route.getRoutingPath())) {
    for (const endpoint of sharing) {
      app.openAPIRegistry.registerPath(documented(endpoint))
      app.on(endpoint.route.method, path, async (c) => {
        if (endpoint.asks !== 'nobody') await admit(c, endpoint.asks)
        const answer = await endpoint.answer(c)
        return answer instanceof Response ? answer : c.body(answer, endpoint.status ?? 200)
      })
    }
    app.all(path, (c) => {
      c.header('allow', sharing.map(({ route }) => route.method.toUpperCase()).join(', '))
      throw new ApiError(405, 'method_not_allowed', 'This endpoint does not take this method.')
    })
  }

  app.notFound((c) =>
    told(c, new ApiError(404, 'not_found', 'The requested endpoint does not exist.')),
  )

  app.onError((error, c) => {
    const known = knownError(error)
    if (known.status >= 500) {
      const { method, routePath } = c.req
      // An error of Drizzle wraps D1's, and its own message quotes what was to be written.
      const cause = error.cause instanceof Error ? error.cause : error
      console.error('request failed', { method, routePath, error: String(cause) })
    }
    return told(c, known)
  })
  return app

  async function admit(c: ApiContext, asks: 'send' | 'all'): Promise<void> {
    const apiKey = await authorize(c.req.header('authorization'), asks, deps.readKey)
    await deps.keyUsed(apiKey)
    c.set('apiKey', apiKey)
    const grant = rate(apiKey.id, deps.now())
    c.header('ratelimit-limit', String(grant.limit))
    c.header('ratelimit-policy', `${grant.limit};w=1`)
    c.header('ratelimit-remaining', String(grant.remaining))
    c.header('ratelimit-reset', String(grant.resetSeconds))
    if (grant.allowed) return
    c.header('retry-after', String(grant.retrySeconds))
    throw new ApiError(
      429,
      'rate_limit_exceeded',
      `Too many requests. You can only make ${grant.limit} requests per second.`,
    )
  }
}

function told(c: Context<ApiEnv>, { status, code, message }: ApiError): Response {
  return c.body(JSON.stringify({ statusCode: status, name: code, message }), status, HEADERS)
}

/** The one place that turns what went wrong into an answer. */
function knownError(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  if (error instanceof HTTPException && error.status < 500) {
    return new ApiError(400, 'validation_error', 'The request cannot be read.')
  }
  // A mistake of ours stays one however often it is tried; a database that is away comes back.
  if (
    error instanceof TypeError ||
    error instanceof RangeError ||
    error instanceof ReferenceError
  ) {
    return new ApiError(500, 'internal_server_error', 'Something went wrong on our side.')
  }
  return new ApiError(503, 'application_error', 'We cannot work right now. Please try again.')
}

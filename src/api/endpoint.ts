import type { createRoute } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { ApiKey } from '../db/api-keys.ts'

export interface ApiEnv {
  Variables: { apiKey: ApiKey }
}
export type ApiContext = Context<ApiEnv>

/** One call of the contract: its documentation, who may make it, and the JSON that a 200 answers. */
export interface Endpoint {
  route: ReturnType<typeof createRoute>
  /** `send`: any key; `all`: only full access; `nobody`: no key is asked for. */
  asks: 'send' | 'all' | 'nobody'
  /** Throws an ApiError for everything but a 200. */
  answer(c: ApiContext): Promise<string>
}

import type { createRoute } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Scope } from '../domain/api-key.ts'

export interface ApiKey {
  id: string
  /** SHA-256 of the whole key, hex. */
  hash: string
  scope: Scope
  /** The only domain that it may send from; null: any. Empty: that domain is gone. */
  sendsFrom: string | null
  /** Epoch milliseconds, up to an hour old; null: never. */
  lastUsedAt: number | null
}

export interface ApiEnv {
  Variables: { apiKey: ApiKey }
}
export type ApiContext = Context<ApiEnv>

/** One call of the contract: its documentation, who may make it, and the JSON that it answers. */
export interface Endpoint {
  route: ReturnType<typeof createRoute>
  /** `send`: any key; `all`: only full access; `nobody`: no key is asked for. */
  asks: 'send' | 'all' | 'nobody'
  /** Of a good answer; absent: 200. */
  status?: 200 | 201
  /** JSON, or a response of another kind. Throws an ApiError for everything that is not good. */
  answer(c: ApiContext): Promise<string | Response>
}

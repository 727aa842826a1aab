import type { Wording } from '../domain/webhook-body.ts'
import type { EndpointAnswer, ToSend } from '../webhook/send.ts'

/** All that the role leans on, by value. */
export interface WebhookDeps {
  db: D1Database
  wording: Wording
  /** Why nothing may be sent to a URL, or null. */
  endpointFault: (url: string) => string | null
  /** Signs with each secret and sends, once. Never throws. */
  send: (event: ToSend) => Promise<EndpointAnswer>
  /** Epoch milliseconds. */
  now: () => number
  random: (bytes: number) => Uint8Array
}

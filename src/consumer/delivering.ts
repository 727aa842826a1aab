import type { Wording } from '../domain/webhook-body.ts'
import type { WebhookQueue } from '../queue/webhook-queue.ts'
import type { EndpointAnswer, ToSend } from '../webhook/send.ts'

/** All that the delivery of webhooks leans on, by value. */
export interface DeliveryDeps {
  db: D1Database
  queue: WebhookQueue
  wording: Wording
  /** Checks where it goes, signs with each secret and sends, once. Never throws. */
  send: (event: ToSend) => Promise<EndpointAnswer>
  /** Epoch milliseconds. */
  now: () => number
  random: (bytes: number) => Uint8Array
  /** 0 to 1. */
  chance: () => number
  sleep: (ms: number) => Promise<void>
  /** The longest that `send` takes. */
  timeoutMs: number
}

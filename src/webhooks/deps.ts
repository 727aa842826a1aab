import type { Wording } from '../domain/webhook-body.ts'

/** All that the role leans on, by value. */
export interface WebhookDeps {
  db: D1Database
  wording: Wording
  /** Epoch milliseconds. */
  now: () => number
  random: (bytes: number) => Uint8Array
}

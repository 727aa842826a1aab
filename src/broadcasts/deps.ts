import type { Leaving } from '../domain/leaving-bytes.ts'
import type { AccountState } from '../domain/account.ts'
import type { RecipientPolicy } from '../domain/recipient-policy.ts'
import type { Files } from '../files/files.ts'
import type { SendQueue } from '../queue/enqueue.ts'

export interface BroadcastSettings {
  /** Where the world reaches us; never fetched as an attachment. */
  publicUrl: string
  recipientPolicy: RecipientPolicy
  /** False switches it off for every email of the environment. */
  openPixel: boolean
  sesTracking: boolean
  /** For how long a repeated request is known, milliseconds. */
  idempotencyMs: number
  clickTracking: boolean
}

/** What the Governor tells of the account. Counts are recipients. */
export interface Allowed {
  account: AccountState | null
  /** Recipients per second at present. */
  rate: number
  quota: { limit: number | null; room: number | null }
  /** Why nothing is granted, or null. */
  stopped: string | null
  /** When it asks itself again, milliseconds from now; null: nothing is in the way. */
  resumesInMs: number | null
}

/** All that the role leans on, by value. */
export interface BroadcastDeps {
  db: D1Database
  /** Of tests and of recipients that are sent to again. */
  queue: SendQueue
  files: Pick<Files, 'put' | 'copy' | 'remove'>
  governor: {
    state(): Promise<Allowed>
    /** There are broadcasts to release. */
    work(): Promise<void>
  }
  unsubscribeUrl: (leaving: Leaving) => string
  /** Keyed, of an address: how an erased person is known again. */
  addressHash: (address: string) => string
  /** Epoch milliseconds. */
  now: () => number
  random: (bytes: number) => Uint8Array
  /** For `path` attachments. */
  fetch: typeof globalThis.fetch
  settings: BroadcastSettings
}

import type { Files } from '../files/files.ts'
import type { DoubtPolicy } from '../domain/transition.ts'
import type { Backlog } from '../queue/backlog.ts'
import type { SendQueue } from '../queue/enqueue.ts'
import type { PutBack } from '../queue/put-back.ts'
import type { TokenKey } from '../token/token.ts'

export interface ApiSettings {
  environment: string
  region: string
  /** Where the world reaches us; never fetched as an attachment. */
  publicUrl: string
  /** Requests a second that one key may make. */
  requestsPerSecond: number
  doubtPolicy: DoubtPolicy
  /** How far apart a claim and what tells of it may be, milliseconds. */
  proofMs: number
  /** False switches it off for every email of the environment. */
  openPixel: boolean
  sesTracking: boolean
  clickTracking: boolean
  /** How long an answer is kept under its Idempotency-Key, milliseconds. */
  idempotencyMs: number
}

/** All that the API leans on, by value. */
export interface ApiDeps {
  db: D1Database
  queue: SendQueue
  files: Pick<Files, 'put' | 'readText' | 'stream'>
  /** The first signs links, all verify. */
  tokenKeys: readonly TokenKey[]
  governor: { state(): Promise<unknown> }
  /** By the queue's name. */
  backlogs: () => Promise<Record<string, Backlog>>
  /** A dead letter goes where it came from. Throws when that is away. */
  putBack: (queue: string, body: unknown) => Promise<PutBack>
  /** Keyed, of an address: how an erased person is known again. */
  addressHash: (address: string) => string
  /** Epoch milliseconds. */
  now: () => number
  random: (bytes: number) => Uint8Array
  /** For `path` attachments. */
  fetch: typeof globalThis.fetch
  settings: ApiSettings
}

import type { Files } from '../files/files.ts'
import type { DoubtPolicy } from '../domain/transition.ts'
import type { SendQueue } from '../queue/enqueue.ts'

export interface ApiSettings {
  environment: string
  region: string
  /** Where the world reaches us; never fetched as an attachment. */
  publicUrl: string
  /** Requests a second that one key may make. */
  requestsPerSecond: number
  doubtPolicy: DoubtPolicy
  /** False switches it off for every email of the environment. */
  openPixel: boolean
  sesTracking: boolean
  /** How long an answer is kept under its Idempotency-Key, milliseconds. */
  idempotencyMs: number
}

/** A queue's own metrics; times are epoch milliseconds. */
export interface Backlog {
  messages: number
  bytes: number
  oldestAt: number | null
}

/** All that the API leans on, by value. */
export interface ApiDeps {
  db: D1Database
  queue: SendQueue
  files: Pick<Files, 'put' | 'readText'>
  governor: { state(): Promise<unknown> }
  /** By the queue's name. */
  backlogs: () => Promise<Record<string, Backlog>>
  /** Epoch milliseconds. */
  now: () => number
  random: (bytes: number) => Uint8Array
  /** For `path` attachments. */
  fetch: typeof globalThis.fetch
  settings: ApiSettings
}

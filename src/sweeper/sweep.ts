import { expireEmails } from '../db/expire-emails.ts'
import { expireLeases } from '../db/expire-leases.ts'
import { claimToken } from '../domain/attempt.ts'
import type { SendQueue } from '../queue/enqueue.ts'
import { reissueDue } from './reissue-due.ts'
import { type OldFiles, retain } from './retain.ts'
import { sendCanary } from './send-canary.ts'
import { settleOldDoubts } from './settle-old-doubts.ts'

/** Rows a sweep touches in one go: it stays far below D1's limits and comes again soon. */
export const CHUNK = 500

/** What a queue says of its backlog, as `Queue.metrics()` answers. */
export interface Backlog {
  oldestMessageTimestamp?: Date
}

export interface SweepDeps {
  db: D1Database
  queue: SendQueue
  files: OldFiles
  /** Backlogs of the queues; throws when a queue is away. */
  backlog: { send: () => Promise<Backlog>; events: () => Promise<Backlog> }
  /** Recipients that the Governor lets go in a minute, at its present rate. */
  perMinute: () => Promise<number>
  now: () => number
  random: (bytes: number) => Uint8Array
  settings: SweepSettings
}

export interface SweepSettings {
  sweepMs: number
  windowMs: number
  proofMs: number
  silenceMs: number
  minuteMs: number
  canaryMs: number
  bodyMs: number
  emailMs: number
  idempotencyMs: number
  deadLetterMs: number
}

/** Repairs what a crash left. Each step is bounded and conditional; one that fails does not stop the next. */
export async function sweep(deps: SweepDeps): Promise<void> {
  const steps: [string, () => Promise<unknown>][] = [
    ['leases', () => leases(deps)],
    ['expired emails', () => expired(deps)],
    ['doubts', () => settleOldDoubts(deps)],
    ['canary', () => sendCanary(deps)],
    ['due emails', () => reissueDue(deps)],
    ['retention', () => retain(deps)],
  ]
  for (const [name, step] of steps) {
    try {
      await step()
    } catch (error) {
      console.error('sweep step failed', { step: name, error: String(error) })
    }
  }
}

async function leases({ db, now, random, settings }: SweepDeps): Promise<void> {
  const { requeued, doubted } = await expireLeases(db, {
    now: now(),
    windowMs: settings.windowMs,
    limit: CHUNK,
    recording: claimToken(random(8)),
  })
  if (requeued + doubted > 0) console.info('leases ran out', { requeued, doubted })
}

async function expired({ db, now, random }: SweepDeps): Promise<void> {
  const closed = await expireEmails(db, {
    now: now(),
    limit: CHUNK,
    recording: claimToken(random(8)),
  })
  if (closed > 0) console.info('emails expired', { closed })
}

import type { AccountList } from '../aws/account-list.ts'
import type { RangeQueue, SendQueue } from '../queue/enqueue.ts'
import type { Undelivered } from './take-undelivered.ts'

/** Rows a sweep touches in one go: it stays far below D1's limits and comes again soon. */
export const CHUNK = 500

/** What a queue says of its backlog, as `Queue.metrics()` answers. */
export interface Backlog {
  oldestMessageTimestamp?: Date
}

/** Where alerts go besides the log and the webhooks. */
export interface Alerts {
  /** As the From header carries it. */
  from: string
  /** In normal form. */
  to: string
  /** Of the subject, so that test and production are told apart. */
  environment: string
}

export interface SweepDeps {
  db: D1Database
  queue: SendQueue
  ranges: RangeQueue
  /** Has the Governor release broadcasts each second. */
  wakeGovernor: () => Promise<void>
  /** Has what is due to endpoints of host applications sent; how many there are. Throws when D1 or the queue is away. */
  wakeWebhooks: () => Promise<number>
  files: OldFiles
  /** Backlogs of the queues; throws when a queue is away. */
  backlog: {
    send: () => Promise<Backlog>
    broadcast: () => Promise<Backlog>
    events: () => Promise<Backlog>
  }
  /** Null: SNS has no dead-letter queue. */
  undelivered: Undelivered | null
  /** Recipients that the Governor lets go in a minute, at its present rate. */
  perMinute: () => Promise<number>
  /** Why the Governor grants nothing, or null. Throws when it is away. */
  stopped: () => Promise<string | null>
  /** Whether AWS takes our credentials; null: it does not say. */
  credentials: () => Promise<'accepted' | 'refused' | null>
  /** Null: SES's own list is left alone. */
  accountList: AccountList | null
  /** Null: nobody gets an email of incidents. */
  alerts: Alerts | null
  now: () => number
  random: (bytes: number) => Uint8Array
  settings: SweepSettings
}

export interface SweepSettings {
  sweepMs: number
  windowMs: number
  proofMs: number
  silenceMs: number
  retryMs: number
  minuteMs: number
  canaryMs: number
  /** From when on a doubt is an incident. */
  oldDoubtMs: number
  bodyMs: number
  emailMs: number
  idempotencyMs: number
  deadLetterMs: number
  webhookLogMs: number
  /** Within which transient bounces count; null: they pause nobody. */
  pauseMs: number | null
}

/** Objects in R2; domain/content-file.ts says how they are named. */
export interface OldFiles {
  remove(keys: string[]): Promise<void>
  /** Keys after `startAfter` in order, at most a thousand. */
  list(startAfter: string): Promise<string[]>
}

import type { LimitFunction } from 'p-limit'
import type { Ses } from '../aws/ses.ts'
import type { RecipientPolicy } from '../domain/recipient-policy.ts'
import type { TrackLink } from '../domain/tracked-links.ts'
import type { Governor } from '../governor/client.ts'
import type { SendQueue } from '../queue/enqueue.ts'
import type { SendJob } from '../queue/jobs.ts'
import type { Departures, Lane } from './departures.ts'
import type { BroadcastContent } from './broadcast-content.ts'
import type { OutcomeWriter } from './outcome-writer.ts'
import type { QueryBudget } from './query-budget.ts'

/** What one invocation of the consumer sends with. */
export interface Sending {
  db: D1Database
  ses: Ses
  files: {
    /** Throws when the object is not there. */
    readText(key: string): Promise<string>
    readBase64(key: string): Promise<string>
  }
  /** Cloudflare opens six connections at once for an invocation; D1 has six of its own. */
  callSlots: LimitFunction
  /** For calls from their request to their answer. */
  readySlots: LimitFunction
  /** For calls from their mark to their answer: a crash leaves no more of them in doubt. */
  markedSlots: LimitFunction
  /** For calls with large attachments. */
  largeSlots: LimitFunction
  dbSlots: LimitFunction
  departures: Departures
  queries: QueryBudget
  pixelUrl: (attempt: string) => string
  /** Where the links of an attempt lead instead, if clicks are tracked. */
  trackLink: (attempt: string) => TrackLink
  unsubscribeUrl: (leaving: { address: string; emailId: string; topicId: string | null }) => string
  /** Compiled, and kept for the next call. Null: there is no such broadcast. Throws when D1 is away. */
  broadcastContent: (id: string) => Promise<BroadcastContent | null>
  now: () => number
  sleep: (ms: number) => Promise<void>
  /** 0 to 1. */
  chance: () => number
  newToken: () => string
  settings: SendSettings
}

export interface SendSettings {
  configurationSet: string
  recipientPolicy: RecipientPolicy
  pixel: boolean
  sesTracking: boolean
  clickTracking: boolean
  leaseMs: number
  claimFreshMs: number
  windowMs: number
  minuteMs: number
}

/** What the consumer asks of the Governor; unit: recipients. */
export type Pacing = Pick<Governor, 'take' | 'ask' | 'giveBack' | 'report'>

export interface SendDeps extends Omit<
  Sending,
  | 'callSlots'
  | 'readySlots'
  | 'markedSlots'
  | 'largeSlots'
  | 'dbSlots'
  | 'queries'
  | 'departures'
  | 'newToken'
  | 'chance'
  | 'broadcastContent'
> {
  governor: Pacing
  lane: Lane
  queue: SendQueue
  random: (bytes: number) => Uint8Array
}

/** What one batch is sent with. */
export interface Invocation extends SendDeps {
  sending: Sending
  writer: OutcomeWriter
}

export interface Job {
  message: Message
  job: SendJob
}

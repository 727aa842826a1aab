import { env } from 'cloudflare:workers'
import { fileStore } from '../../src/files/files.ts'
import type { DueEmail } from '../../src/queue/enqueue.ts'
import type { Backlog, SweepDeps, SweepSettings } from '../../src/sweeper/sweeping.ts'
import { NOW, random } from './an-api.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const DAY = 24 * 60 * MINUTE

export interface ASweeper {
  deps: SweepDeps
  enqueued: DueEmail[]
  ranges: { broadcast: string; n: number }[]
  /** How often the Governor was woken. */
  woken: { times: number }
  clock: { now: number }
  backlog: { send: Date | null; broadcast: Date | null; events: Date | null }
}

/** The sweeper on the real D1 and R2 at production's time constants, with a queue that remembers. */
export function aSweeper(options: Partial<SweepDeps> = {}): ASweeper {
  const clock = { now: NOW }
  const enqueued: DueEmail[] = []
  const ranges: ASweeper['ranges'] = []
  const woken = { times: 0 }
  const backlog: ASweeper['backlog'] = { send: null, broadcast: null, events: null }
  const settings: SweepSettings = {
    sweepMs: MINUTE,
    windowMs: 15 * MINUTE,
    proofMs: 5 * MINUTE,
    silenceMs: 75 * MINUTE,
    retryMs: 2.5 * MINUTE,
    minuteMs: MINUTE,
    canaryMs: 5 * MINUTE,
    oldDoubtMs: 60 * MINUTE,
    bodyMs: 30 * DAY,
    emailMs: 180 * DAY,
    idempotencyMs: DAY,
    deadLetterMs: 30 * DAY,
    webhookLogMs: 30 * DAY,
    pauseMs: 7 * DAY,
  }
  return {
    clock,
    enqueued,
    ranges,
    woken,
    backlog,
    deps: {
      db: env.DB,
      queue: {
        async enqueue(emails) {
          enqueued.push(...emails)
        },
      },
      ranges: {
        async enqueue(some) {
          ranges.push(...some)
        },
      },
      async wakeGovernor() {
        woken.times += 1
      },
      wakeWebhooks: async () => 0,
      files: fileStore(env.FILES),
      backlog: {
        send: async () => since(backlog.send),
        broadcast: async () => since(backlog.broadcast),
        events: async () => since(backlog.events),
      },
      undelivered: null,
      perMinute: async () => 1000,
      stopped: async () => null,
      credentials: async () => null,
      accountList: null,
      alerts: null,
      now: () => clock.now,
      random,
      settings,
      ...options,
    },
  }
}

function since(oldest: Date | null): Backlog {
  return oldest === null ? {} : { oldestMessageTimestamp: oldest }
}

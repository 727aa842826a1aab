import { credentialsState } from '../aws/credentials-state.ts'
import type { Config } from '../config.ts'
import { takeUndelivered } from '../events/sns.ts'
import { fileStore } from '../files/files.ts'
import { rangeQueue, sendQueue } from '../queue/enqueue.ts'
import { sweep } from '../sweeper/sweep.ts'
import type { Alerts } from '../sweeper/sweeping.ts'
import type { ConsumerBindings } from './bindings.ts'
import {
  accountListOf,
  snsOf,
  snsDeadLettersOf,
  governorOf,
  minuteMs,
  pauseOf,
  random,
  sesOf,
} from './adapters.ts'
import { wakeWebhooks } from './webhooks.ts'

const SECOND = 1000
const HOUR = 60 * 60 * SECOND
const DAY = 24 * HOUR
/** An hour, at the window's usual length. */
const WINDOWS_OF_AN_OLD_DOUBT = 4

/** Cron repairs what a crash left. */
export function sweeperOf(env: ConsumerBindings, config: Config): () => Promise<void> {
  const governor = governorOf(env, config)
  const ses = sesOf(config)
  const sns = snsOf(env, config)
  const dead = snsDeadLettersOf(config)
  return () =>
    sweep({
      db: env.DB,
      queue: sendQueue(env.SEND, env.BROADCAST),
      ranges: rangeQueue(env.BROADCAST),
      wakeGovernor: () => governor.work(),
      wakeWebhooks: () => wakeWebhooks(env),
      files: fileStore(env.FILES),
      backlog: {
        send: () => env.SEND.metrics(),
        broadcast: () => env.BROADCAST.metrics(),
        events: () => env.EVENTS.metrics(),
      },
      undelivered: dead && { queue: dead, take: (body) => takeUndelivered(body, sns) },
      perMinute: async () => (await governor.state()).perMinute,
      stopped: async () => (await governor.state()).stopped,
      credentials: () => credentialsState(ses),
      accountList: accountListOf(config),
      alerts: alertsOf(config),
      now: Date.now,
      random,
      settings: {
        sweepMs: config.SWEEP_SECONDS * SECOND,
        windowMs: config.DOUBT_WINDOW_SECONDS * SECOND,
        proofMs: config.PROOF_SECONDS * SECOND,
        silenceMs: config.SILENCE_SECONDS * SECOND,
        retryMs: config.SNS_RETRY_SECONDS * SECOND,
        minuteMs: minuteMs(config),
        canaryMs: config.CANARY_SECONDS * SECOND,
        oldDoubtMs: WINDOWS_OF_AN_OLD_DOUBT * config.DOUBT_WINDOW_SECONDS * SECOND,
        bodyMs: config.BODY_DAYS * DAY,
        emailMs: config.EMAIL_DAYS * DAY,
        idempotencyMs: config.IDEMPOTENCY_HOURS * HOUR,
        deadLetterMs: config.DEAD_LETTER_DAYS * DAY,
        webhookLogMs: config.WEBHOOK_LOG_DAYS * DAY,
        pauseMs: pauseOf(config)?.ms ?? null,
      },
    })
}

function alertsOf({ ALERT_EMAIL, ALERT_FROM, ENVIRONMENT }: Config): Alerts | null {
  if (ALERT_EMAIL === undefined || ALERT_FROM === undefined) return null
  return { from: ALERT_FROM, to: ALERT_EMAIL, environment: ENVIRONMENT }
}

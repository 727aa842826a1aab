import type { Hono } from 'hono'
import { createApi } from './api/app.ts'
import { type Ses, sesClient } from './aws/ses.ts'
import { type SnsDeadLetterQueue, snsDeadLetterQueue } from './aws/sns-dead-letters.ts'
import { createBroadcasts } from './broadcasts/app.ts'
import { releaseBroadcasts } from './broadcasts/release.ts'
import type { Config } from './config.ts'
import { buryJobs, recordJobs } from './consumer/record-jobs.ts'
import { sendJobs } from './consumer/send-jobs.ts'
import { unsubscribe } from './db/unsubscribe.ts'
import { uuidv7 } from './domain/id.ts'
import type { Leaving } from './domain/leaving-bytes.ts'
import { parseRecipientPolicy } from './domain/recipient-policy.ts'
import { createEvents } from './events/app.ts'
import { snsDeps } from './events/sns-deps.ts'
import { type SnsDeps, takeUndelivered } from './events/sns.ts'
import { fileStore } from './files/files.ts'
import { parseAccount } from './governor/account-answer.ts'
import { governorClient } from './governor/client.ts'
import type { GovernorObject, GovernorWiring } from './governor/durable-object.ts'
import { backlogOf } from './queue/backlog.ts'
import { rangeQueue, sendQueue } from './queue/enqueue.ts'
import type { EventJob, RangeJob, SendJob } from './queue/jobs.ts'
import { type PutBack, putBack } from './queue/put-back.ts'
import { sweep } from './sweeper/sweep.ts'
import { signOpen } from './token/open-token.ts'
import { signUnsubscribe } from './token/unsubscribe-token.ts'

// Each role with its adapters, from no more bindings than it uses.

const SECOND = 1000
const HOUR = 60 * 60 * SECOND
const DAY = 24 * HOUR

interface Bindings {
  DB: D1Database
  SEND: Queue<SendJob>
  BROADCAST: Queue<SendJob | RangeJob>
  EVENTS: Queue<EventJob>
  FILES: R2Bucket
  GOVERNOR: DurableObjectNamespace<GovernorObject>
}
export type Governors = Pick<Bindings, 'GOVERNOR'>
export type ApiBindings = Bindings
export type EventsBindings = Pick<Bindings, 'DB' | 'EVENTS'>
export type ConsumerBindings = Bindings

/** Callers ask us to send, one email or a broadcast. */
export function apiOf(env: ApiBindings, config: Config): ReturnType<typeof createApi> {
  const sns = snsOf(env, config)
  const queues = { send: env.SEND, broadcast: env.BROADCAST, events: env.EVENTS }
  const deps = {
    db: env.DB,
    queue: sendQueue(env.SEND, env.BROADCAST),
    files: fileStore(env.FILES),
    governor: governorOf(env, config),
    backlogs: async () => ({
      send: await backlogOf(env.SEND),
      broadcast: await backlogOf(env.BROADCAST),
      events: await backlogOf(env.EVENTS),
    }),
    async putBack(queue: string, body: unknown): Promise<PutBack> {
      if (queue !== snsDeadLettersOf(config)?.name) return putBack(queue, body, queues)
      const taken = await takeUndelivered(String(body), sns)
      if (taken.type === 'not now') throw new Error(taken.reason)
      return taken.type === 'taken' ? { type: 'queued' } : taken
    },
    now: Date.now,
    random,
    fetch: ((input, init) => fetch(input, init)) satisfies typeof fetch,
    settings: {
      environment: config.ENVIRONMENT,
      region: config.AWS_REGION,
      publicUrl: config.PUBLIC_URL,
      requestsPerSecond: config.REQUESTS_PER_SECOND,
      doubtPolicy: config.DOUBT_POLICY,
      openPixel: config.OPEN_PIXEL,
      sesTracking: config.SES_TRACKING,
      idempotencyMs: config.IDEMPOTENCY_HOURS * HOUR,
    },
  }
  const broadcasts = createBroadcasts({
    ...deps,
    unsubscribeUrl: unsubscribeUrlOf(config),
    settings: {
      ...deps.settings,
      recipientPolicy: parseRecipientPolicy(config.RECIPIENT_POLICY),
    },
  })
  return createApi(deps, broadcasts)
}

/** The world tells us. */
export function eventsOf(env: EventsBindings, config: Config): Hono {
  return createEvents({
    ...snsOf(env, config),
    unsubscribe: (leaving, how) => unsubscribe(env.DB, leaving, how),
    tokenKeys: config.TOKEN_KEYS,
    newId: () => uuidv7(Date.now(), 0, random(8)),
  })
}

/** Jobs become attempts, events become facts. Takes a batch of any of our queues and never throws. */
export function consumerOf(
  env: ConsumerBindings,
  config: Config,
): (batch: MessageBatch) => Promise<void> {
  const recording = { db: env.DB, now: Date.now, random, minuteMs: minuteMs(config) }
  const sending = {
    db: env.DB,
    ses: sesOf(config),
    files: fileStore(env.FILES),
    governor: governorOf(env, config),
    queue: sendQueue(env.SEND, env.BROADCAST),
    pixelUrl: (attempt: string) =>
      `${config.PUBLIC_URL}/o/${signOpen(attempt, config.TOKEN_KEYS)}.gif`,
    unsubscribeUrl: unsubscribeUrlOf(config),
    now: Date.now,
    random,
    sleep,
    settings: {
      configurationSet: config.SES_CONFIGURATION_SET,
      recipientPolicy: parseRecipientPolicy(config.RECIPIENT_POLICY),
      pixel: config.OPEN_PIXEL,
      sesTracking: config.SES_TRACKING,
      leaseMs: config.LEASE_SECONDS * SECOND,
      claimFreshMs: config.CLAIM_FRESH_SECONDS * SECOND,
      windowMs: config.DOUBT_WINDOW_SECONDS * SECOND,
      minuteMs: minuteMs(config),
    },
  }
  return (batch) => {
    if (batch.queue.endsWith('-dead')) return buryJobs(batch, recording)
    if (batch.queue.endsWith('-events')) return recordJobs(batch, recording)
    return sendJobs(batch, sending)
  }
}

/** Cron repairs what a crash left. */
export function sweeperOf(env: ConsumerBindings, config: Config): () => Promise<void> {
  const governor = governorOf(env, config)
  const sns = snsOf(env, config)
  const dead = snsDeadLettersOf(config)
  return () =>
    sweep({
      db: env.DB,
      queue: sendQueue(env.SEND, env.BROADCAST),
      ranges: rangeQueue(env.BROADCAST),
      wakeGovernor: () => governor.work(),
      files: fileStore(env.FILES),
      backlog: {
        send: () => env.SEND.metrics(),
        broadcast: () => env.BROADCAST.metrics(),
        events: () => env.EVENTS.metrics(),
      },
      undelivered: dead && { queue: dead, take: (body) => takeUndelivered(body, sns) },
      perMinute: async () => (await governor.state()).perMinute,
      now: Date.now,
      random,
      settings: {
        sweepMs: config.SWEEP_SECONDS * SECOND,
        windowMs: config.DOUBT_WINDOW_SECONDS * SECOND,
        proofMs: config.PROOF_SECONDS * SECOND,
        silenceMs: config.SILENCE_SECONDS * SECOND,
        minuteMs: minuteMs(config),
        canaryMs: config.CANARY_SECONDS * SECOND,
        bodyMs: config.BODY_DAYS * DAY,
        emailMs: config.EMAIL_DAYS * DAY,
        idempotencyMs: config.IDEMPOTENCY_HOURS * HOUR,
        deadLetterMs: config.DEAD_LETTER_DAYS * DAY,
      },
    })
}

/** What the Governor reads the account with, and what it has released each second. */
export function governorWiring(
  env: Pick<ConsumerBindings, 'DB' | 'BROADCAST'>,
  config: Config,
): GovernorWiring {
  const ses = sesOf(config)
  return {
    readAccount: async () => parseAccount(await ses.getAccount()),
    share: config.SES_RATE_SHARE,
    release: (perSecond) =>
      releaseBroadcasts(perSecond, {
        db: env.DB,
        queue: rangeQueue(env.BROADCAST),
        now: Date.now,
      }),
  }
}

function snsOf(env: EventsBindings, config: Config): SnsDeps {
  return snsDeps({
    db: env.DB,
    events: env.EVENTS,
    topics: config.SNS_TOPIC_ARNS,
    sns: { fetch: (url, init) => fetch(url, init), endpoint: config.AWS_ENDPOINT_URL_SNS },
    now: Date.now,
  })
}

function snsDeadLettersOf(config: Config): SnsDeadLetterQueue | null {
  const { SNS_DEAD_LETTER_QUEUE_URL: url, SWEEP_SECONDS } = config
  if (url === undefined) return null
  return snsDeadLetterQueue(url, 2 * SWEEP_SECONDS, {
    accessKeyId: config.AWS_ACCESS_KEY_ID,
    secretAccessKey: config.AWS_SECRET_ACCESS_KEY,
    endpoint: config.AWS_ENDPOINT_URL_SQS,
  })
}

function sesOf(config: Config): Ses {
  return sesClient(
    {
      region: config.AWS_REGION,
      accessKeyId: config.AWS_ACCESS_KEY_ID,
      secretAccessKey: config.AWS_SECRET_ACCESS_KEY,
      endpoint: config.AWS_ENDPOINT_URL_SESV2,
      timeoutMs: config.CALL_TIMEOUT_SECONDS * SECOND,
    },
    (input, init) => fetch(input, init),
  )
}

function governorOf(env: Governors, config: Config): ReturnType<typeof governorClient> {
  return governorClient(env.GOVERNOR, `ses:${config.AWS_REGION}`)
}

function unsubscribeUrlOf(config: Config): (leaving: Leaving) => string {
  return (leaving) => `${config.PUBLIC_URL}/u/${signUnsubscribe(leaving, config.TOKEN_KEYS)}`
}

/** A "minute" of the proof of life shrinks with the proof span when tests scale the time constants. */
function minuteMs(config: Config): number {
  return (config.PROOF_SECONDS * SECOND) / 5
}

function random(bytes: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(bytes))
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

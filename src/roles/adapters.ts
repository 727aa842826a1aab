import { type Ses, sesClient } from '../aws/ses.ts'
import { type SnsDeadLetterQueue, snsDeadLetterQueue } from '../aws/sns-dead-letters.ts'
import type { Config } from '../config.ts'
import type { Leaving } from '../domain/leaving-bytes.ts'
import { snsDeps } from '../events/sns-deps.ts'
import type { SnsDeps } from '../events/sns.ts'
import { governorClient } from '../governor/client.ts'
import { signUnsubscribe } from '../token/unsubscribe-token.ts'
import type { Governors, EventsBindings } from './bindings.ts'

const SECOND = 1000

export function snsOf(env: EventsBindings, config: Config): SnsDeps {
  return snsDeps({
    db: env.DB,
    events: env.EVENTS,
    topics: config.SNS_TOPIC_ARNS,
    sns: { fetch: (url, init) => fetch(url, init), endpoint: config.AWS_ENDPOINT_URL_SNS },
    now: Date.now,
  })
}

export function snsDeadLettersOf(config: Config): SnsDeadLetterQueue | null {
  const { SNS_DEAD_LETTER_QUEUE_URL: url, SWEEP_SECONDS } = config
  if (url === undefined) return null
  return snsDeadLetterQueue(url, 2 * SWEEP_SECONDS, {
    accessKeyId: config.AWS_ACCESS_KEY_ID,
    secretAccessKey: config.AWS_SECRET_ACCESS_KEY,
    endpoint: config.AWS_ENDPOINT_URL_SQS,
  })
}

export function sesOf(config: Config): Ses {
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

export function governorOf(env: Governors, config: Config): ReturnType<typeof governorClient> {
  return governorClient(env.GOVERNOR, `ses:${config.AWS_REGION}`)
}

export function unsubscribeUrlOf(config: Config): (leaving: Leaving) => string {
  return (leaving) => `${config.PUBLIC_URL}/u/${signUnsubscribe(leaving, config.TOKEN_KEYS)}`
}

/** A "minute" of the proof of life shrinks with the proof span when tests scale the time constants. */
export function minuteMs(config: Config): number {
  return (config.PROOF_SECONDS * SECOND) / 5
}

export function random(bytes: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(bytes))
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

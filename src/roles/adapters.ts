import { type AccountList, accountList } from '../aws/account-list.ts'
import { type Ses, type SesCaller, sesCaller, sesClient, type SesSettings } from '../aws/ses.ts'
import { type SnsDeadLetterQueue, snsDeadLetterQueue } from '../aws/sns-dead-letters.ts'
import type { Config } from '../config.ts'
import type { TrackLink } from '../domain/tracked-links.ts'
import type { Leaving } from '../domain/leaving-bytes.ts'
import { snsDeps } from '../events/sns-deps.ts'
import type { SnsDeps } from '../events/sns.ts'
import { governorClient } from '../governor/client.ts'
import { MAX_LINK, signClick } from '../token/click-token.ts'
import { signUnsubscribe } from '../token/unsubscribe-token.ts'
import type { Governors, EventsBindings } from './bindings.ts'

const SECOND = 1000
const DAY = 24 * 60 * 60 * SECOND

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
  return sesClient(sesSettings(config), (input, init) => fetch(input, init))
}

function sesSettings(config: Config): SesSettings {
  return {
    region: config.AWS_REGION,
    accessKeyId: config.AWS_ACCESS_KEY_ID,
    secretAccessKey: config.AWS_SECRET_ACCESS_KEY,
    endpoint: config.AWS_ENDPOINT_URL_SESV2,
    timeoutMs: config.CALL_TIMEOUT_SECONDS * SECOND,
  }
}

export function governorOf(env: Governors, config: Config): ReturnType<typeof governorClient> {
  return governorClient(env.GOVERNOR, `ses:${config.AWS_REGION}`)
}

export function unsubscribeUrlOf(config: Config): (leaving: Leaving) => string {
  return (leaving) => `${config.PUBLIC_URL}/u/${signUnsubscribe(leaving, config.TOKEN_KEYS)}`
}

/** Our own pages are not followed, nor links too long for a token. */
export function trackLinkOf(config: Config): (attempt: string) => TrackLink {
  const ours = ['u', 'c', 'o'].map((door) => `${config.PUBLIC_URL}/${door}/`)
  return (attempt) => (link) => {
    if (link.length > MAX_LINK || ours.some((door) => link.startsWith(door))) return null
    return `${config.PUBLIC_URL}/c/${signClick({ attempt, link }, config.TOKEN_KEYS)}`
  }
}

/** A "minute" of the proof of life shrinks with the proof span when tests scale the time constants. */
export function minuteMs(config: Config): number {
  return (config.PROOF_SECONDS * SECOND) / 5
}

/** Undefined: transient bounces pause nobody. */
export function pauseOf(config: Config): { bounces: number; ms: number } | undefined {
  const { BOUNCE_PAUSE_COUNT: bounces, BOUNCE_PAUSE_DAYS: days } = config
  return bounces === 0 ? undefined : { bounces, ms: days * DAY }
}

/** SES's account list, where operators' suppressions are written to it. */
export function accountListOf(config: Config): AccountList | null {
  return config.MIRROR_SUPPRESSIONS ? accountList(sesCallerOf(config)) : null
}

export function sesCallerOf(config: Config): SesCaller {
  return sesCaller(sesSettings(config), (input, init) => fetch(input, init))
}

export function random(bytes: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(bytes))
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

import { retryAfterMs } from './webhook-schedule.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const DAY = 24 * 60 * MINUTE

/** Failures in a row after which an endpoint is sent one event at a time, and seldom. */
const BREAKS_AT = 3
/** Between such tries: doubled from the first to the last of them. */
const FIRST_PROBE = 5 * SECOND
const LAST_PROBE = 15 * MINUTE
/** So long must an endpoint have failed, without a success, to be disabled. */
export const FAILING_DAYS = 5

/**
 * What an answer says of the event: it is delivered, or not. And of the endpoint: `refused` is a no
 * to this one event by an application that is well; some answer 406 to every type they do not know.
 */
export type Verdict = 'delivered' | 'refused' | 'failed' | 'gone'

/** `status` is of HTTP; null: no answer came. A redirect is a failure: nothing is sent elsewhere. */
export function verdictOf(status: number | null): Verdict {
  if (status === null) return 'failed'
  if (status >= 200 && status <= 299) return 'delivered'
  if (status === 406) return 'refused'
  return status === 410 ? 'gone' : 'failed'
}

/** How an endpoint has been answering. */
export interface Health {
  /** Failed attempts since the last sign of life. */
  failures: number
  /** When the first of them was, epoch milliseconds. */
  failingSince: number | null
  /** The breaker is open: nothing is sent until then, and then one event. */
  probeAt: number | null
}

export const WELL: Health = { failures: 0, failingSince: null, probeAt: null }

export interface Answered {
  verdict: Verdict
  /** The header, as it came. */
  retryAfter: string | null
  now: number
  /** 0 to 1: spreads by up to 20 %. */
  random: number
}

export function healthAfter(before: Health, answered: Answered): Health {
  const { verdict, now, random } = answered
  if (verdict === 'delivered' || verdict === 'refused') return WELL
  const failures = before.failures + 1
  const asked = retryAfterMs(answered.retryAfter, now)
  const own = failures < BREAKS_AT ? 0 : FIRST_PROBE * 2 ** Math.min(failures - BREAKS_AT, 20)
  const wait = Math.max(Math.min(own, LAST_PROBE), asked ?? 0)
  return {
    failures,
    failingSince: before.failingSince ?? now,
    probeAt: wait === 0 ? null : Math.round(now + wait * (1 + 0.2 * random)),
  }
}

/** Why an endpoint is disabled after this answer, in words for its owner; null: it is not. */
export function disabledFor(
  verdict: Verdict,
  { failingSince }: Health,
  now: number,
): string | null {
  if (verdict === 'gone') return 'it answered 410 Gone'
  if (verdict !== 'failed' || failingSince === null) return null
  return now - failingSince >= FAILING_DAYS * DAY ? `it failed for ${FAILING_DAYS} days` : null
}

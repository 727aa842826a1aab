import { type AccountState, accountStop } from '../domain/account.ts'
import { type Ask, type Bucket, emptyBucket, giveBack, refill, take, throttled } from './bucket.ts'
import { type HourCount, countSends, roomIn, spent } from './quota.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
/** The first answer of GetAccount is under way. */
const UNKNOWN_WAIT = 250
const READ_EVERY = 5 * MINUTE
const READ_STOPPED_EVERY = MINUTE
/** GetAccount has a rate of its own. */
const READ_GAP = SECOND
/** The rest lets calls that were late catch up, without one too many in any window. */
const USED = 0.98
/** What a claim takes of the database; turns this close are claimed together. */
const TOGETHER = 20
/** Longer than a minute, so that the emails leave the queue while nothing can be sent. */
const STOPPED_WAIT = 2 * MINUTE
const ACCOUNT_QUOTA_WAIT = 5 * MINUTE
/** A quota may be raised before the oldest hour falls out. */
const LONGEST_QUOTA_WAIT = 60 * MINUTE
/** SES has just said that the quota is spent: an older count of its own must not contradict it. */
const QUOTA_TOLD = MINUTE

/** What outlives the process: all else is read again or starts empty. */
export interface Kept {
  hours: HourCount[]
  /** Told by a call: nothing is granted before `until`. */
  stop: { reason: string; until: number } | null
  /** When a call was refused for the quota; null once GetAccount shows room. */
  quotaToldAt: number | null
}

export interface Pace extends Kept {
  /** 0 to 1: the part of the account's rate and quota that is ours. */
  share: number
  account: AccountState | null
  /** When GetAccount was last asked, 0 for never; how often in a row it did not answer; whether to ask before the usual time. */
  reading: { triedAt: number; failures: number; soon: boolean }
  /** Granted since GetAccount answered, which its count does not hold yet. */
  sinceRead: number
  bucket: Bucket
}

export interface Grant {
  granted: number
  /** Granted: the recipients may leave from then on. Nothing granted: ask again then. */
  waitMs: number
  /** The time `waitMs` leads to, to be named when giving back. */
  at: number
  /** Recipients a second that may follow each other at present; 0 when nothing is granted. */
  rate: number
  reason?: string
}

export type Trouble =
  | { type: 'throttled' }
  | { type: 'quota spent' }
  | { type: 'stopped'; reason: string; seconds: number }

export function startPace(share: number, kept: Kept, now: number): Pace {
  const reading = { triedAt: 0, failures: 0, soon: true }
  return { ...kept, share, account: null, reading, sinceRead: 0, bucket: emptyBucket(now) }
}

/** One caller's turn: 0 recipients or at least `atLeast`, within the rate, the quota and what the account allows. */
export function grantTurn(pace: Pace, ask: Ask, now: number): { pace: Pace; grant: Grant } {
  const refused = stopOf(pace, now)
  if (refused !== null) return { pace, grant: none(refused.waitMs, refused.reason, now) }
  const room = quotaRoom(pace, now)
  if (room < ask.atLeast) {
    return { pace, grant: none(quotaWait(pace, ask.atLeast, now), 'quota spent', now) }
  }
  const want = Math.min(ask.want, room)
  const { bucket, turn } = take(pace.bucket, { ...ask, want }, ownRate(pace), now)
  if (turn.granted === 0) {
    return { pace: { ...pace, bucket }, grant: none(turn.waitMs, 'rate', now) }
  }
  const at = now + turn.waitMs
  return {
    pace: {
      ...pace,
      bucket,
      sinceRead: pace.sinceRead + turn.granted,
      hours: countSends(pace.hours, turn.granted, at, now),
    },
    grant: { granted: turn.granted, waitMs: turn.waitMs, at, rate: fullRate(pace) * bucket.factor },
  }
}

/**
 * Several turns for one who wants more than a call: those that come one upon the other, as one grant
 * that begins with the last of them.
 */
export function grantTurns(pace: Pace, ask: Ask, now: number): { pace: Pace; grant: Grant } {
  let given = grantTurn(pace, ask, now)
  const latest = given.grant.at + TOGETHER
  while (given.grant.granted > 0) {
    const { granted, at } = given.grant
    const want = ask.want - granted
    const next = want < ask.atLeast ? null : grantTurn(given.pace, { ...ask, want }, at)
    if (next === null || next.grant.granted === 0 || next.grant.at > latest) break
    given = {
      pace: next.pace,
      grant: { ...next.grant, granted: granted + next.grant.granted, waitMs: next.grant.at - now },
    }
  }
  return given
}

/** Without `at` nothing is known of the moment they were meant for: then only the quota has them back. */
export function returnTurn(
  pace: Pace,
  returned: { recipients: number; at?: number },
  now: number,
): Pace {
  const { recipients, at } = returned
  return {
    ...pace,
    hours: countSends(pace.hours, -recipients, at ?? now, now),
    sinceRead: Math.max(0, pace.sinceRead - recipients),
    bucket:
      at === undefined
        ? pace.bucket
        : giveBack(pace.bucket, { recipients, at }, ownRate(pace), now),
  }
}

/** Balance and back-off as they stand at `now`. */
export function atNow(pace: Pace, now: number): Pace {
  return { ...pace, bucket: refill(pace.bucket, ownRate(pace), now) }
}

export function accountRead(pace: Pace, account: AccountState, now: number): Pace {
  const told = pace.quotaToldAt
  const room = account.max24HourSend < 0 || account.sentLast24Hours < account.max24HourSend
  return {
    ...pace,
    // The time before this answer was filled at the old rate.
    bucket: pace.account === null ? emptyBucket(now) : refill(pace.bucket, ownRate(pace), now),
    account,
    reading: { ...pace.reading, failures: 0 },
    sinceRead: 0,
    quotaToldAt: told !== null && room && now - told >= QUOTA_TOLD ? null : told,
  }
}

/** Every five minutes, each minute while nothing may be sent, at once after trouble; slower and slower when it does not answer. */
export function nextReadAt(pace: Pace, now: number): number {
  const { triedAt, failures, soon } = pace.reading
  if (failures > 0) return triedAt + failureWait(failures)
  if (soon) return triedAt + READ_GAP
  const spentOrStopped = stopOf(pace, now) !== null || quotaRoom(pace, now) < 1
  return triedAt + (spentOrStopped ? READ_STOPPED_EVERY : READ_EVERY)
}

export function readStarted(pace: Pace, now: number): Pace {
  return { ...pace, reading: { ...pace.reading, triedAt: now, soon: false } }
}

export function readFailed(pace: Pace): Pace {
  return { ...pace, reading: { ...pace.reading, failures: pace.reading.failures + 1 } }
}

export function told(pace: Pace, trouble: Trouble, now: number): Pace {
  return { ...afterTrouble(pace, trouble, now), reading: { ...pace.reading, soon: true } }
}

function afterTrouble(pace: Pace, trouble: Trouble, now: number): Pace {
  switch (trouble.type) {
    case 'throttled':
      return { ...pace, bucket: throttled(pace.bucket, ownRate(pace), now) }
    case 'quota spent':
      return { ...pace, quotaToldAt: now }
    case 'stopped': {
      const until = Math.max(now + trouble.seconds * SECOND, pace.stop?.until ?? 0)
      return { ...pace, stop: { reason: trouble.reason, until } }
    }
    default:
      return trouble satisfies never
  }
}

/** Why nothing is granted whatever the rate, and when to ask again. */
export function stopOf(pace: Pace, now: number): { reason: string; waitMs: number } | null {
  if (pace.account === null) {
    return { reason: 'account unknown', waitMs: failureWait(pace.reading.failures) }
  }
  const reason = accountStop(pace.account)
  if (reason !== null) return { reason, waitMs: STOPPED_WAIT }
  if (pace.stop !== null && now < pace.stop.until) {
    return { reason: pace.stop.reason, waitMs: pace.stop.until - now }
  }
  if (pace.quotaToldAt !== null) return { reason: 'quota spent', waitMs: ACCOUNT_QUOTA_WAIT }
  return null
}

/** Recipients per second before back-off, as turns are given. */
function ownRate(pace: Pace): number {
  return fullRate(pace) * USED
}

/** Recipients per second before back-off, as SES allows them. */
export function fullRate(pace: Pace): number {
  return (pace.account?.maxSendRate ?? 0) * pace.share
}

/** Recipients that still fit into our part of the quota and into what the whole account has left; Infinity: unlimited. */
export function quotaRoom(pace: Pace, now: number): number {
  if (pace.account === null) return 0
  const { max24HourSend, sentLast24Hours } = pace.account
  if (max24HourSend < 0) return Infinity
  const ours = ownLimit(pace) - spent(pace.hours, now)
  const accounts = Math.floor(max24HourSend - sentLast24Hours) - pace.sinceRead
  return Math.max(0, Math.min(ours, accounts))
}

/** Recipients in 24 hours that this environment may send; Infinity: unlimited. */
export function ownLimit(pace: Pace): number {
  const limit = pace.account?.max24HourSend ?? 0
  return limit < 0 ? Infinity : Math.floor(limit * pace.share)
}

function quotaWait(pace: Pace, needed: number, now: number): number {
  const ours = roomIn(pace.hours, ownLimit(pace), needed, now)
  return ours === 0 ? ACCOUNT_QUOTA_WAIT : Math.min(Math.max(ours, 1), LONGEST_QUOTA_WAIT)
}

function failureWait(failures: number): number {
  return failures === 0 ? UNKNOWN_WAIT : Math.min(SECOND * 2 ** failures, STOPPED_WAIT)
}

function none(waitMs: number, reason: string, now: number): Grant {
  return { granted: 0, waitMs, at: now + waitMs, rate: 0, reason }
}

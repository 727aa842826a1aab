import type { Priority } from '../domain/priority.ts'
import { RECIPIENTS_A_CALL } from '../domain/ses-limits.ts'

/** Less than the second that SES's own bucket holds, so that calls which overtake each other on the way are not throttled. */
const BURST_SECONDS = 0.8
/** Of the rate; the rest of what the bucket can hold is kept for `high`. */
const SHARE_WITHOUT_HIGH = 0.9
/** How far ahead a turn is promised: `high` first, the others only when its turns leave room. */
const HIGH_AHEAD_SECONDS = 1
const OTHERS_AHEAD_SECONDS = 0.25
/** Waits for the rate stay below the minute from which on a caller lets go of its job. */
const MAX_WAIT_MS = 30_000
/** Who comes back this much too early keeps its place at the front. */
const EARLY_MS = 250
const BACK_OFF = 0.5
const LEAST_FACTOR = 0.05
const RECOVERY_PER_SECOND = 0.05
const THROTTLE_PAUSE_MS = 1000
/** In recipients: who comes back at the very millisecond it was told is not too early. */
const ROUNDING = 0.001
/** Grants that a late return is checked against. */
const REMEMBERED_GRANTS = 16

/** Tokens are recipients; times are epoch milliseconds, 0 for never. */
export interface Bucket {
  /** Negative: the refill of the next moments is promised, or owed by an email larger than the bucket. */
  balance: number
  refilledAt: number
  /** Of the full rate: halved by a throttle, grown back by time. */
  factor: number
  throttledAt: number
  /** The last turn given to `normal` or `bulk`; there is never a second one ahead of now. */
  promised: { at: number; recipients: number }
  /** Those told to wait: when the next of them is to come back, and when the one at the front is. */
  lines: Record<'high' | 'others', { next: number; front: number }>
  grants: { at: number; level: number }[]
}

export interface Ask {
  class: Priority
  want: number
  /** The recipients of the first email, which cannot be divided: a grant is 0 or at least this. */
  atLeast: number
}

/** Granted: the recipients may go to SES from `waitMs` on. Nothing granted: ask again after `waitMs`. */
export interface Turn {
  granted: number
  waitMs: number
}

/** Empty, never full: the recipients that an earlier bucket let go may still be on their way. */
export function emptyBucket(now: number): Bucket {
  return {
    balance: 0,
    refilledAt: now,
    factor: 1,
    throttledAt: 0,
    promised: { at: 0, recipients: 0 },
    lines: { high: { next: now, front: 0 }, others: { next: now, front: 0 } },
    grants: [],
  }
}

/** Recipients that may leave at once after a pause; no window of t seconds holds more than rate x t + this or one larger email. */
export function capacity(rate: number, priority: Priority): number {
  const share = priority === 'high' ? 1 : SHARE_WITHOUT_HIGH
  return clamp(rate * share * BURST_SECONDS, 1, RECIPIENTS_A_CALL)
}

/** `fullRate` in recipients per second, before back-off. */
export function refill(bucket: Bucket, fullRate: number, now: number): Bucket {
  const seconds = (now - bucket.refilledAt) / 1000
  if (seconds <= 0) return bucket
  const rate = fullRate * bucket.factor
  const calmSince = Math.max(bucket.throttledAt + THROTTLE_PAUSE_MS, bucket.refilledAt)
  const calmSeconds = Math.max(0, now - calmSince) / 1000
  return {
    ...bucket,
    balance: Math.min(bucket.balance + seconds * rate, capacity(rate, 'high')),
    refilledAt: now,
    factor: Math.min(1, bucket.factor + calmSeconds * RECOVERY_PER_SECOND),
  }
}

/**
 * A turn lies ahead when the tokens are not there yet: so a caller that comes back late wastes
 * nothing, and calls are as large as they may be. `high` overtakes the turn of the others with the
 * tokens kept for it.
 */
export function take(
  before: Bucket,
  ask: Ask,
  fullRate: number,
  now: number,
): { bucket: Bucket; turn: Turn } {
  const { bucket, turn } = takeAt(refill(before, fullRate, now), ask, fullRate)
  // Of turns that were given together the bucket stands at the last.
  const ahead = Math.max(0, before.refilledAt - now)
  return { bucket, turn: { ...turn, waitMs: turn.waitMs + ahead } }
}

function takeAt(bucket: Bucket, ask: Ask, fullRate: number): { bucket: Bucket; turn: Turn } {
  const now = bucket.refilledAt
  const rate = fullRate * bucket.factor
  const full = capacity(rate, 'high')
  const own = capacity(rate, ask.class)
  const kept = full - own
  const recipients = Math.max(ask.atLeast, Math.min(ask.want, Math.floor(own)))

  if (ask.class === 'high' && mayOvertake(bucket, recipients, rate, now)) {
    return grant(bucket, recipients, rate, now, 0, bucket.balance + bucket.promised.recipients)
  }
  if (bucket.balance + ROUNDING < admission(rate, kept, ask.class)) {
    return later(bucket, ask, recipients, rate)
  }
  // An email larger than the bucket goes when the bucket is full, and leaves debt, as at SES.
  const needed = Math.min(full, recipients + kept)
  const waitMs = Math.ceil(Math.max(0, (needed - bucket.balance) / rate) * 1000)
  const level = bucket.balance + (waitMs / 1000) * rate
  const next = grant(bucket, recipients, rate, now, waitMs, level)
  if (ask.class !== 'high') next.bucket.promised = { at: now + waitMs, recipients }
  return next
}

/**
 * `at`: from when on the recipients could have left. The bucket is filled as if they had never been
 * granted; what would have run over since then is gone, else a window would hold too many.
 */
export function giveBack(
  before: Bucket,
  returned: { recipients: number; at: number },
  fullRate: number,
  now: number,
): Bucket {
  const bucket = refill(before, fullRate, now)
  const [oldest] = bucket.grants
  if (oldest === undefined || returned.at < oldest.at) return bucket
  const since = bucket.grants.filter((granted) => granted.at > returned.at)
  const peak = Math.max(bucket.balance, ...since.map((granted) => granted.level))
  const brim = capacity(fullRate * bucket.factor, 'high')
  const room = clamp(brim - peak, 0, returned.recipients)
  const { promised } = bucket
  const less = promised.at === returned.at ? Math.min(promised.recipients, returned.recipients) : 0
  return {
    ...bucket,
    promised: { at: promised.at, recipients: promised.recipients - less },
    balance: bucket.balance + room,
    grants: bucket.grants.map((granted) =>
      granted.at > returned.at ? { at: granted.at, level: granted.level + room } : granted,
    ),
  }
}

/** Many calls may hear of the same throttle: one second's worth of them counts once. */
export function throttled(before: Bucket, fullRate: number, now: number): Bucket {
  const bucket = refill(before, fullRate, now)
  if (now - bucket.throttledAt < THROTTLE_PAUSE_MS) return bucket
  return {
    ...bucket,
    balance: Math.min(bucket.balance, 0),
    factor: Math.max(LEAST_FACTOR, bucket.factor * BACK_OFF),
    throttledAt: now,
    // What was granted before is not given back to a bucket that has become smaller.
    grants: [],
  }
}

/** The balance from which on a caller gets a turn; low enough that the others have one turn ahead at most. */
function admission(rate: number, kept: number, priority: Priority): number {
  if (priority === 'high') return 1 - rate * HIGH_AHEAD_SECONDS
  return kept + Math.max(0, 1 - rate * OTHERS_AHEAD_SECONDS)
}

/** The tokens are there now, and enough are left for the turn that was promised. */
function mayOvertake(bucket: Bucket, recipients: number, rate: number, now: number): boolean {
  const { at, recipients: promised } = bucket.promised
  if (at <= now || bucket.balance + promised < recipients) return false
  return bucket.balance + (rate * (at - now)) / 1000 >= recipients
}

function grant(
  bucket: Bucket,
  recipients: number,
  rate: number,
  now: number,
  waitMs: number,
  level: number,
): { bucket: Bucket; turn: Turn } {
  // Rounding up to a millisecond must not fill the bucket beyond its brim.
  const spilled = Math.max(0, level - capacity(rate, 'high'))
  const grants = [...bucket.grants, { at: now + waitMs, level: level - spilled }]
  return {
    bucket: {
      ...bucket,
      balance: bucket.balance - recipients - spilled,
      grants: grants.slice(-REMEMBERED_GRANTS),
    },
    turn: { granted: recipients, waitMs },
  }
}

/** Those told to wait come back one after the other, as the refill lets them go; past the longest wait the round starts again. */
function later(
  bucket: Bucket,
  ask: Ask,
  recipients: number,
  rate: number,
): { bucket: Bucket; turn: Turn } {
  const now = bucket.refilledAt
  const kept = capacity(rate, 'high') - capacity(rate, ask.class)
  const missing = admission(rate, kept, ask.class) - bucket.balance
  const soonest = now + (missing / rate) * 1000
  const name = ask.class === 'high' ? 'high' : 'others'
  const line = bucket.lines[name]
  const early = soonest - now <= EARLY_MS && soonest - line.front > EARLY_MS
  const inTurn = Math.max(soonest, line.next)
  const at = early || inTurn - now > MAX_WAIT_MS ? soonest : inTurn
  const next = early && line.next > soonest ? line.next : at + (recipients / rate) * 1000
  const front = at === soonest ? at : line.front
  return {
    bucket: { ...bucket, lines: { ...bucket.lines, [name]: { next, front } } },
    turn: { granted: 0, waitMs: Math.ceil(clamp(at - now, 1, MAX_WAIT_MS)) },
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value))
}

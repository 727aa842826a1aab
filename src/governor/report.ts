import type { AccountState } from '../domain/account.ts'
import { fullRate, grantTurn, ownLimit, type Pace, quotaRoom, stopOf } from './pace.ts'
import { spent } from './quota.ts'

const SECONDS_PER_MINUTE = 60

/** What /health shows. Counts are recipients; null stands for unlimited, or for not known. */
export interface GovernorReport {
  account: AccountState | null
  /** Recipients per second at present, back-off included. */
  rate: number
  /** 1: no back-off. */
  factor: number
  /** Negative: promised or owed. */
  balance: number
  quota: { limit: number | null; spent: number; room: number | null }
  /** Why nothing is granted, or null. */
  stopped: string | null
  /** When it is looked again whether sending can go on, milliseconds from now; null while it can. */
  resumesInMs: number | null
  /** What may leave in the next minute. */
  perMinute: number
}

export function reportOf(pace: Pace, now: number): GovernorReport {
  const rate = fullRate(pace) * pace.bucket.factor
  const room = quotaRoom(pace, now)
  const stopped = stopOf(pace, now)?.reason ?? (room < 1 ? 'quota spent' : null)
  const perMinute = stopped === null ? Math.min(Math.floor(rate * SECONDS_PER_MINUTE), room) : 0
  const { grant } = grantTurn(pace, { class: 'bulk', want: 1, atLeast: 1 }, now)
  return {
    account: pace.account,
    rate,
    factor: pace.bucket.factor,
    balance: pace.bucket.balance,
    quota: { limit: finite(ownLimit(pace)), spent: spent(pace.hours, now), room: finite(room) },
    stopped,
    resumesInMs: stopped === null ? null : grant.waitMs,
    perMinute,
  }
}

function finite(count: number): number | null {
  return Number.isFinite(count) ? count : null
}

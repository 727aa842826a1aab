import type { TimedLedger } from './read-ledger.ts'

const SECOND = 1000

export interface Pace {
  emails: number
  /** To SES, that tried to send any of them. */
  calls: number
  /** After the longest silence, which is that of the canary, until the last one was accepted. */
  perSecond: number
}

export function paceOf({ accepted, calls }: TimedLedger, ids: ReadonlySet<string>): Pace {
  const isOurs = (attemptId: string | null) => ids.has(attemptId?.split('_')[0] ?? '')
  const times = accepted
    .filter(({ attemptId }) => isOurs(attemptId))
    .map(({ at }) => at)
    .toSorted((a, b) => a - b)
  const gaps = times.map((at, n) => at - (times[n - 1] ?? at))
  const longest = gaps.reduce((best, gap, n) => (gap > (gaps[best] ?? 0) ? n : best), 0)
  const seconds = ((times.at(-1) ?? 0) - (times[longest] ?? 0)) / SECOND
  return {
    emails: times.length,
    calls: calls.filter(
      ({ operation, attempts }) => operation.startsWith('Send') && attempts.some(isOurs),
    ).length,
    perSecond: seconds > 0 ? (times.length - longest) / seconds : 0,
  }
}

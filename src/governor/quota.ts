const HOUR = 60 * 60 * 1000
const WINDOW_HOURS = 24

/** Own sends of one hour since the epoch. */
export interface HourCount {
  hour: number
  recipients: number
}

/** Adds to the hour of `at`, or takes from it what was given back. Hours that no longer count are dropped. */
export function countSends(
  hours: HourCount[],
  recipients: number,
  at: number,
  now: number,
): HourCount[] {
  const hour = Math.floor(at / HOUR)
  const old = hours.find((count) => count.hour === hour)?.recipients ?? 0
  const others = hours.filter((count) => count.hour !== hour)
  return counting([...others, { hour, recipients: Math.max(0, old + recipients) }], now).toSorted(
    (a, b) => a.hour - b.hour,
  )
}

/** Recipients of the last 24 hours; the hour that is only partly in them counts as a whole. */
export function spent(hours: HourCount[], now: number): number {
  return counting(hours, now).reduce((sum, { recipients }) => sum + recipients, 0)
}

/** Milliseconds until `needed` recipients fit below the limit again; Infinity when they never will. */
export function roomIn(hours: HourCount[], limit: number, needed: number, now: number): number {
  if (needed > limit) return Infinity
  let left = spent(hours, now)
  if (left + needed <= limit) return 0
  for (const { hour, recipients } of counting(hours, now).toSorted((a, b) => a.hour - b.hour)) {
    left -= recipients
    if (left + needed <= limit) return (hour + WINDOW_HOURS + 1) * HOUR - now
  }
  return Infinity
}

function counting(hours: HourCount[], now: number): HourCount[] {
  const oldest = Math.floor(now / HOUR) - WINDOW_HOURS
  return hours.filter(({ hour }) => hour >= oldest)
}

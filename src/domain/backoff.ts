const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** Waits after the first, second, … definite refusal; the last one repeats. */
const WAITS = [30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR]

/** Definite refusals before an email is given up. */
export const MAX_REFUSALS = 8

/** Milliseconds until the next try, spread by up to 20 % so that refused emails do not return in step. `random` is 0 to 1. */
export function backoff(refusals: number, random: number): number {
  const wait = WAITS[Math.min(refusals, WAITS.length - 1)] ?? 4 * HOUR
  return Math.round(wait * (1 + 0.2 * random))
}

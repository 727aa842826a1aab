const DAY_SECONDS = 24 * 60 * 60

/** What the Governor says of the account. */
export interface Allowance {
  /** Recipients per second; 0: nothing leaves. */
  rate: number
  /** Recipients that the quota still has room for; null: unlimited. */
  room: number | null
  /** Recipients in any 24 hours; null: unlimited. */
  limit: number | null
}

/** Seconds to send to so many at this rate and quota, from now; null: nothing leaves at all. */
export function secondsToSend(recipients: number, { rate, room, limit }: Allowance): number | null {
  if (recipients === 0) return 0
  if (rate <= 0) return null
  const first = Math.min(recipients, Math.max(0, room ?? recipients))
  const later = recipients - first
  if (later === 0) return Math.ceil(recipients / rate)
  if (limit === null || limit <= 0) return null
  // Each day lets go one quota; the last part of it takes its own time.
  const days = Math.ceil(later / limit)
  const last = later - (days - 1) * limit
  return Math.ceil(days * DAY_SECONDS + last / rate)
}

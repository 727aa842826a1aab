const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** After the first, second, … failed attempt; after one more the event is dead. Source: Svix, "Retry schedule". */
const WAITS = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  10 * HOUR,
] as const

/** How many times an event is tried. */
export const MAX_ATTEMPTS = WAITS.length + 1

/** Whoever asks for more would keep what is told from whom it is for. */
const LONGEST_RETRY_AFTER = 30 * MINUTE

/** Milliseconds that an endpoint asked us to stay away, at most half an hour; null: it did not ask. Source: RFC 9110, section 10.2.3. */
export function retryAfterMs(header: string | null, now: number): number | null {
  if (header === null) return null
  const text = header.trim()
  const wait = /^\d+$/.test(text) ? Number(text) * SECOND : Date.parse(text) - now
  return wait > 0 ? Math.min(wait, LONGEST_RETRY_AFTER) : null
}

export interface Failed {
  /** Of this event, this one included. */
  failures: number
  now: number
  /** As `retryAfterMs` has it. */
  retryAfter: number | null
  /** 0 to 1: spreads by up to 20 %, so that events do not return in step. */
  random: number
}

/** When the event is tried again; null: never, it is dead. */
export function retryAt({ failures, now, retryAfter, random }: Failed): number | null {
  const wait = WAITS[failures - 1]
  if (wait === undefined) return null
  return Math.round(now + Math.max(wait, retryAfter ?? 0) * (1 + 0.2 * random))
}

export const GRANULARITIES = ['hourly', 'daily', 'weekly', 'monthly'] as const
export type Granularity = (typeof GRANULARITIES)[number]

const HOUR = 60 * 60 * 1000
const DAY = 24 * HOUR

export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

/**
 * The periods of a calendar that [from, to) touches, in order; `start` is where each begins, the
 * first perhaps before `from`. Weeks begin on Monday. Epoch milliseconds. Null: more than `most`.
 */
export function periods(
  { from, to }: { from: number; to: number },
  granularity: Granularity,
  timeZone: string,
  most: number,
): { start: number; from: number; to: number }[] | null {
  const found = []
  let start = startOf(from, granularity, timeZone)
  while (start < to) {
    if (found.length === most) return null
    const next = startOf(start + LONGER[granularity], granularity, timeZone)
    found.push({ start, from: Math.max(start, from), to: Math.min(next, to) })
    start = next
  }
  return found
}

/** From the begin of a period this leads into the next one, whatever clocks and months do. */
const LONGER = {
  hourly: HOUR,
  daily: 26 * HOUR,
  weekly: 7 * DAY + 2 * HOUR,
  monthly: 31 * DAY + 2 * HOUR,
}

function startOf(at: number, granularity: Granularity, timeZone: string): number {
  const local = at + offsetAt(at, timeZone)
  // Within an hour nothing but its minutes changes, so the clock's jumps need no look.
  if (granularity === 'hourly') return at - modulo(local, HOUR)
  const midnight = local - modulo(local, DAY)
  const date = new Date(midnight)
  const back =
    granularity === 'weekly'
      ? modulo(date.getUTCDay() - 1, 7)
      : granularity === 'monthly'
        ? date.getUTCDate() - 1
        : 0
  return instantOf(midnight - back * DAY, timeZone)
}

/** Midnight in a zone as an instant, by the offset that holds there, not here. */
export function instantOf(local: number, timeZone: string): number {
  const guess = local - offsetAt(local, timeZone)
  return local - offsetAt(guess, timeZone)
}

function offsetAt(at: number, timeZone: string): number {
  if (timeZone === 'UTC') return 0
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at)
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0)
  const local = Date.UTC(
    of('year'),
    of('month') - 1,
    of('day'),
    of('hour'),
    of('minute'),
    of('second'),
  )
  return local - (at - modulo(at, 1000))
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by
}

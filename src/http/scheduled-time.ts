import { parse as parseWords } from 'chrono-node'
import { invalidField } from './errors.ts'

const SECOND = 1000
const DAY = 24 * 60 * 60 * SECOND
/** Clocks differ and requests travel: this far in the past still means now. */
const GRACE = 10 * SECOND
const MAX_AHEAD = 30 * DAY
const MAX_WORDS = 100

const ISO =
  /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2})(:\d{2})?(\.\d{1,9})?)? ?(Z|z|[+-]\d{2}(?::?\d{2})?)?$/

export type ScheduledTime = { at: number } | { fault: string }

/**
 * ISO 8601 or words ("in 1 hour", "Friday at 3pm ET"), without a zone UTC; from now to 30 days
 * ahead. Words must be understood to the last one: half of them would be another time.
 */
export function scheduledTime(text: string, now: number): ScheduledTime {
  const at = looksIso(text) ? isoTime(text) : wordsTime(text.trim(), now)
  if (at === null) {
    return { fault: 'Give an ISO 8601 time, or words like `in 1 hour` or `tomorrow at 9am`.' }
  }
  if (at < now - GRACE) return { fault: 'The time is in the past.' }
  if (at > now + MAX_AHEAD) return { fault: 'The time is more than 30 days ahead.' }
  return { at: Math.max(at, now) }
}

/** Of a `scheduled_at` field; null: now. */
export function parseScheduledAt(value: string | null | undefined, now: number): number | null {
  if (!value) return null
  const time = scheduledTime(value, now)
  if ('fault' in time) throw invalidField('scheduled_at', time.fault)
  return time.at
}

/** Epoch milliseconds, or null for what is not an ISO 8601 time of the calendar. */
export function isoTime(text: string): number | null {
  const [, date, minutes = '00:00', seconds = ':00', fraction = '', zone = 'Z'] =
    ISO.exec(text.trim()) ?? []
  if (date === undefined) return null
  const milliseconds = `.${fraction.slice(1, 4).padEnd(3, '0')}`
  const at = Date.parse(`${date}T${minutes}${seconds}${milliseconds}${isoZone(zone)}`)
  // Date.parse takes 31 February for 3 March.
  const real = new Date(`${date}T00:00:00Z`)
  return Number.isNaN(at) || Number.isNaN(real.getTime()) || !real.toISOString().startsWith(date)
    ? null
    : at
}

/** What is meant as a date must be one, not what words could be found in it. */
function looksIso(text: string): boolean {
  return /^\s*\d{4}-/.test(text)
}

function isoZone(zone: string): string {
  if (zone.toUpperCase() === 'Z') return 'Z'
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0')
  return `${zone.slice(0, 1)}${digits.slice(0, 2)}:${digits.slice(2)}`
}

function wordsTime(text: string, now: number): number | null {
  if (text.length > MAX_WORDS) return null
  const [found, ...more] = parseWords(
    text,
    { instant: new Date(now), timezone: 'UTC' },
    { forwardDate: true },
  )
  if (found === undefined || more.length > 0 || found.text.length !== text.length) return null
  return found.date().getTime()
}

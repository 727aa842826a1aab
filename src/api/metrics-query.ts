import { UUID } from '../domain/id.ts'
import { METRICS, type Metric } from '../domain/metrics.ts'
import {
  GRANULARITIES,
  type Granularity,
  instantOf,
  isTimeZone,
  periods,
} from '../domain/period.ts'
import { invalidParameter } from '../http/errors.ts'
import { isoTime } from '../http/scheduled-time.ts'

const DAY = 24 * 60 * 60 * 1000
const DIMENSIONS = ['period', 'domain', 'email', 'broadcast'] as const
export type Dimension = (typeof DIMENSIONS)[number]

/** Each is a key range of its own. */
const MAX_PERIODS = 400
const MAX_IDS = 100

export interface AskedMetrics {
  from: number
  to: number
  granularity: Granularity
  metrics: Metric[]
  dimensions: Dimension[]
  spans: { start: number; from: number; to: number }[]
  domainIds: string[] | null
  emailIds: string[] | null
  broadcastIds: string[] | null
}

/** Of the query of the call. Throws an ApiError that names the parameter. */
export function metricsAsked(query: Record<string, string>, now: number): AskedMetrics {
  const timeZone = query['timezone'] || 'UTC'
  if (!isTimeZone(timeZone)) throw invalidParameter('timezone', 'A name as `Europe/Vienna`.')
  const to = timeOf('end_date', query['end_date'], timeZone, DAY) ?? now
  const from = timeOf('start_date', query['start_date'], timeZone, 0) ?? to - 6 * DAY
  if (from >= to) throw invalidParameter('end_date', 'It lies after `start_date`.')
  const granularity = oneOf('granularity', query['granularity'], GRANULARITIES) ?? 'daily'
  const dimensions = someOf('dimensions', query['dimensions'], DIMENSIONS) ?? []
  const emailIds = idsOf('email_id', query['email_id'])
  const broadcastIds = idsOf('broadcast_id', query['broadcast_id'])
  const isOfEmails = dimensions.includes('email') || emailIds !== null
  if (isOfEmails && (dimensions.includes('broadcast') || broadcastIds !== null)) {
    throw invalidParameter('dimensions', 'Emails and broadcasts cannot be asked for at once.')
  }
  const spans = dimensions.includes('period')
    ? periods({ from, to }, granularity, timeZone, MAX_PERIODS)
    : [{ start: from, from, to }]
  if (spans === null) {
    throw invalidParameter('granularity', `The range holds more than ${MAX_PERIODS} periods.`)
  }
  return {
    from,
    to,
    granularity,
    metrics: someOf('metrics', query['metrics'], METRICS) ?? [...METRICS],
    dimensions,
    spans,
    domainIds: idsOf('domain_id', query['domain_id']),
    emailIds,
    broadcastIds,
  }
}

/** A date is the begin of its day in the zone, or with `later` the end of it. */
function timeOf(
  parameter: string,
  given: string | undefined,
  timeZone: string,
  later: number,
): number | null {
  if (!given) return null
  // A + that a client left as it is arrives as a space.
  const at = isoTime(given.replace(' ', '+'))
  if (at === null) throw invalidParameter(parameter, 'An ISO 8601 date or time.')
  return /^\d{4}-\d{2}-\d{2}$/.test(given) ? instantOf(at + later, timeZone) : at
}

function idsOf(parameter: string, given: string | undefined): string[] | null {
  if (!given) return null
  const ids = given.split(',').map((id) => id.trim().toLowerCase())
  if (ids.length <= MAX_IDS && ids.every((id) => UUID.test(id))) return ids
  throw invalidParameter(parameter, `1 to ${MAX_IDS} ids with commas between them.`)
}

function oneOf<T extends string>(
  parameter: string,
  given: string | undefined,
  known: readonly T[],
): T | null {
  if (!given) return null
  const found = known.find((each) => each === given)
  if (found !== undefined) return found
  throw invalidParameter(parameter, `One of ${known.join(', ')}.`)
}

function someOf<T extends string>(
  parameter: string,
  given: string | undefined,
  known: readonly T[],
): T[] | null {
  if (!given) return null
  const named = new Set(given.split(',').map((name) => name.trim()))
  const found = known.filter((each) => named.has(each))
  if (found.length === named.size) return found
  throw invalidParameter(parameter, `Some of ${known.join(', ')}.`)
}

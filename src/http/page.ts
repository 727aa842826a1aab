import { UUID } from '../domain/id.ts'
import { invalidParameter } from './errors.ts'

/** Newest first. `after` and `before` are ids and excluded; at most one of them. */
export interface Page {
  limit: number
  after: string | null
  before: string | null
}

const DEFAULT_LIMIT = 20
const MAX_LIMIT = 100

/** Of the query of a list. */
export function pageOf(
  query: Record<string, string>,
  { limit = DEFAULT_LIMIT, most = MAX_LIMIT } = {},
): Page {
  const page = {
    limit: limitOf(query['limit'], limit, most),
    after: idOf('after', query['after']),
    before: idOf('before', query['before']),
  }
  if (page.after !== null && page.before !== null) {
    throw invalidParameter('before', 'Give either `after` or `before`.')
  }
  return page
}

function limitOf(given: string | undefined, usual: number, most: number): number {
  if (given === undefined || given === '') return usual
  const limit = /^\d{1,6}$/.test(given) ? Number(given) : 0
  if (limit >= 1 && limit <= most) return limit
  throw invalidParameter('limit', `A number from 1 to ${most}.`)
}

function idOf(parameter: string, given: string | undefined): string | null {
  if (given === undefined || given === '') return null
  const id = given.toLowerCase()
  if (UUID.test(id)) return id
  throw invalidParameter(parameter, 'The id of an entry of the list.')
}

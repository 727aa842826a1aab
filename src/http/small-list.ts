import { invalidParameter } from './errors.ts'
import { pageOf } from './page.ts'

/** Without a limit all of them are answered: the contract's older lists know no pages. */
const ALL = 100_000

/** A page of a list that is short enough to be read as a whole, newest first. */
export function pageOfAll<T>(
  all: T[],
  query: Record<string, string>,
  idOf: (entry: T) => string,
): { entries: T[]; hasMore: boolean } {
  const { limit, after, before } = pageOf(query, { limit: ALL })
  const cursor = after ?? before
  if (cursor === null) return { entries: all.slice(0, limit), hasMore: all.length > limit }
  const at = all.findIndex((entry) => idOf(entry) === cursor)
  if (at === -1) {
    const parameter = after === null ? 'before' : 'after'
    throw invalidParameter(parameter, 'The id of an entry of the list.')
  }
  if (after !== null) {
    const rest = all.slice(at + 1)
    return { entries: rest.slice(0, limit), hasMore: rest.length > limit }
  }
  return { entries: all.slice(Math.max(0, at - limit), at), hasMore: at > limit }
}

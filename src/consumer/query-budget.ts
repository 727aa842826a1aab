/** Of the thousand that D1 answers an invocation; the rest is for jobs buried and writes tried again. */
const QUERIES = 900
/** To claim a part of a portion and to read what it is about. */
export const CLAIM_QUERIES = 9
/** To read the bodies of a call, to mark it and to record what it came to, alone or with others. */
export const CALL_QUERIES = 6

/** D1 queries that an invocation may still make, as far as they can be told beforehand. */
export interface QueryBudget {
  /** False: there are not so many left. */
  take(queries: number): boolean
}

export function queryBudget(): QueryBudget {
  let left = QUERIES
  return {
    take(queries) {
      if (left < queries) return false
      left -= queries
      return true
    },
  }
}

import { broadcastKeys } from '../../domain/broadcast-email-id.ts'
import { doesNotWant } from '../consent-sql.ts'
import { holds } from '../suppressions/suppression.ts'
import { IS_ERASED, lacksAny, neededJson } from './send-broadcast.ts'

/** Recipients looked at with one query. */
const PAGE = 10_000

/** Who would be skipped, each counted once by the first reason that the claim would find. */
export interface PreflightPage {
  recipients: number
  suppressed: number
  unsubscribed: number
  not_allowed: number
  missing_variable: number
  /** Null: this was the last page. */
  next: string | null
}

const HAS_LEFT = `EXISTS (SELECT 1 FROM broadcasts b
  WHERE b.id = ?1 AND ${doesNotWant('e.address', 'b.topic_id')})`

const isSuppressed = (now: string): string => `(${IS_ERASED}
  OR EXISTS (SELECT 1 FROM suppressions s WHERE s.address = e.address AND ${holds(now)}))`

const notAllowed = (list: string): string => `${list} IS NOT NULL
  AND e.address NOT IN (SELECT value FROM json_each(${list}, '$.addresses'))
  AND substr(e.address, instr(e.address, '@') + 1) NOT IN (SELECT value FROM json_each(${list}, '$.domains'))`

/** Whether the claim would leave one recipient (`e`) of the broadcast `?1` out, whatever its variables. */
export const isSkipped = (allowed: string, now: string): string =>
  `(${isSuppressed(now)} OR ${HAS_LEFT} OR (${notAllowed(allowed)}))`

const COUNT = `SELECT count(*) AS recipients, coalesce(sum(why = 's'), 0) AS suppressed,
  coalesce(sum(why = 'u'), 0) AS unsubscribed, coalesce(sum(why = 'n'), 0) AS not_allowed,
  coalesce(sum(why = 'm'), 0) AS missing_variable, max(id) AS next
FROM (SELECT e.id, CASE
    WHEN ${isSuppressed('?6')} THEN 's' WHEN ${HAS_LEFT} THEN 'u' WHEN ${notAllowed('?5')} THEN 'n'
    WHEN ${lacksAny('?4')} THEN 'm' END AS why
  FROM emails e WHERE e.id > ?2 AND e.id <= ?3 AND e.broadcast_id = ?1 ORDER BY e.id LIMIT ${PAGE})`

/** The next 10,000 recipients after an id. `allowed`: of the recipient policy; null: everybody. */
export async function preflightPage(
  db: D1Database,
  broadcast: {
    id: string
    after: string | null
    names: string[]
    allowed: { addresses: string[]; domains: string[] } | null
    now: number
  },
): Promise<PreflightPage> {
  const { id, after, names, allowed, now } = broadcast
  const { first, last } = broadcastKeys(id)
  const page = await db
    .prepare(COUNT)
    .bind(
      id,
      // The first id itself can be taken, so the look starts just before it.
      after ?? first.slice(0, -1),
      last,
      neededJson(names),
      allowed === null ? null : JSON.stringify(allowed),
      now,
    )
    .first<PreflightPage>()
  if (page === null) throw new Error('a count came without a row')
  return { ...page, next: page.recipients < PAGE ? null : page.next }
}

const MOST_DATA = `SELECT id, address, name, variables FROM emails e
WHERE e.id BETWEEN ?2 AND ?3 AND e.broadcast_id = ?1
ORDER BY length(coalesce(e.variables, '')) + length(coalesce(e.name, '')) DESC LIMIT ?4`

/** The recipients whose emails are likely to be the largest. */
export async function recipientsWithMostData(
  db: D1Database,
  id: string,
  limit: number,
): Promise<{ id: string; address: string; name: string | null; variables: string | null }[]> {
  const { first, last } = broadcastKeys(id)
  const { results } = await db
    .prepare(MOST_DATA)
    .bind(id, first, last, limit)
    .all<{ id: string; address: string; name: string | null; variables: string | null }>()
  return results
}

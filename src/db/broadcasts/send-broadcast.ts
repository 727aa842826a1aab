import { broadcastKeys } from '../../domain/broadcast-email-id.ts'
import { ERASED_ADDRESS } from '../../domain/erased-address.ts'
import { changeAndTell } from './tell-change.ts'

const IN_RANGE = `e.id BETWEEN ?2 AND ?3 AND e.broadcast_id = ?1`

/** A person who was erased out of a draft: nothing is sent to it, so it needs to bring nothing. */
export const IS_ERASED = `e.address = '${ERASED_ADDRESS}'`

/** Of a variable that a template needs (`n.value`), or '': domain/recipient-values.ts in SQL. */
const VALUE = `coalesce(e.variables->>(n.value->>'path'), e.variables->>(n.value->>'small'),
  CASE n.value->>'own' WHEN 'email' THEN e.address WHEN 'name' THEN e.name WHEN 'first_name' THEN e.name
    WHEN 'last_name' THEN iif(instr(e.name, ' ') > 0, e.name, NULL) END, '')`

/** What `String.prototype.trim` takes away (ECMAScript, WhiteSpace and LineTerminator). */
const BLANKS =
  'char(9,10,11,12,13,32,160,5760,8192,8193,8194,8195,8196,8197,8198,8199,8200,8201,8202,8232,8233,8239,8287,12288,65279)'

const IS_MISSING = `trim(${VALUE}, ${BLANKS}) = ''`

const MISSING = `SELECT n.value->>'name' AS name, count(*) AS recipients
FROM emails e CROSS JOIN json_each(?4) n WHERE ${IN_RANGE} AND ${IS_MISSING}
  AND NOT ${IS_ERASED}
GROUP BY 1 ORDER BY 2 DESC`

export interface MissingVariable {
  name: string
  recipients: number
}

/** Names as JSON for `json_each`: where SQLite finds them in what was uploaded. */
export function neededJson(names: string[]): string {
  return JSON.stringify(
    names.map((name) => {
      const [root = '', ...rest] = name.split('.')
      const small = root === root.toUpperCase() ? root.toLowerCase() : null
      return {
        name,
        path: jsonPath([root, ...rest]),
        small: small === null ? null : jsonPath([small, ...rest]),
        own: rest.length > 0 ? null : (small ?? (root === root.toLowerCase() ? root : null)),
      }
    }),
  )
}

function jsonPath(words: string[]): string {
  return `$${words.map((word) => `."${word}"`).join('')}`
}

/** Of the variables that a template cannot do without: which ones how many recipients lack. */
export async function missingVariables(
  db: D1Database,
  id: string,
  names: string[],
): Promise<MissingVariable[]> {
  if (names.length === 0) return []
  const { first, last } = broadcastKeys(id)
  const { results } = await db
    .prepare(MISSING)
    .bind(id, first, last, neededJson(names))
    .all<MissingVariable>()
  return results
}

/** Whether one recipient (`e`) lacks any of the names that `neededJson` put into that parameter. */
export const lacksAny = (parameter: string): string =>
  `(NOT ${IS_ERASED} AND EXISTS (SELECT 1 FROM json_each(${parameter}) n WHERE ${IS_MISSING}))`

const READY = `EXISTS (SELECT 1 FROM emails e WHERE ${IN_RANGE})
  AND NOT EXISTS (SELECT 1 FROM emails e WHERE ${IN_RANGE} AND ${lacksAny('?4')})`

const SEND = `UPDATE broadcasts SET state = iif(?6 IS NULL, 'sending', 'scheduled'),
  scheduled_at = ?6, started_at = iif(?6 IS NULL, ?5, NULL), changed_at = max(?5, changed_at + 1)
WHERE id = ?1 AND state IN ('draft', 'scheduled') AND changed_at = ?7 AND ${READY}`

export interface Sending {
  id: string
  /** Variables that its template cannot do without. */
  names: string[]
  now: number
  /** Epoch milliseconds; null: now. */
  at: number | null
  /** Its `changed_at` when its template was checked. */
  asRead: number
}

/**
 * From here on nobody can be added. False: it is neither draft nor scheduled, was changed since it
 * was read, has no recipients, or some of them lack a variable: asked in the statement that leaves
 * the draft, so an upload that came in between counts.
 */
export async function sendBroadcast(
  db: D1Database,
  { id, names, now, at, asRead }: Sending,
): Promise<boolean> {
  const { first, last } = broadcastKeys(id)
  const send = db.prepare(SEND).bind(id, first, last, neededJson(names), now, at, asRead)
  if (at !== null) return (await send.run()).meta.changes === 1
  return await changeAndTell(db, [send], { id, type: 'broadcast.sending', now })
}

const UNSCHEDULE = `UPDATE broadcasts SET state = 'draft', scheduled_at = NULL,
  changed_at = max(?2, changed_at + 1) WHERE id = ?1 AND state = 'scheduled'`

/** What has not begun is a draft again. */
export async function unscheduleBroadcast(
  db: D1Database,
  id: string,
  now: number,
): Promise<boolean> {
  const result = await db.prepare(UNSCHEDULE).bind(id, now).run()
  return result.meta.changes === 1
}

const HAS_RECIPIENTS = `SELECT 1 AS found FROM emails e WHERE ${IN_RANGE} LIMIT 1`

export async function hasRecipients(db: D1Database, id: string): Promise<boolean> {
  const { first, last } = broadcastKeys(id)
  return (await db.prepare(HAS_RECIPIENTS).bind(id, first, last).first()) !== null
}

const COUNT = `SELECT count(*) AS n FROM emails e WHERE ${IN_RANGE}`

export async function countRecipients(db: D1Database, id: string): Promise<number> {
  const { first, last } = broadcastKeys(id)
  return (await db.prepare(COUNT).bind(id, first, last).first<number>('n')) ?? 0
}

import type { FeedRow } from '../../domain/webhook-body.ts'

interface Row {
  id: number
  at: number
  keys: string
  notice: string | null
}

const AFTER = `SELECT id, at, keys, notice FROM feed WHERE id > ?1 ORDER BY id LIMIT ?2`

/** The order of arrival after a row of it. */
export async function readFeed(db: D1Database, after: number, limit: number): Promise<FeedRow[]> {
  const { results } = await db.prepare(AFTER).bind(after, limit).all<Row>()
  return results.map(feedRow)
}

const ONE = `SELECT id, at, keys, notice FROM feed WHERE id = ?1`

/** Null when retention took it, or it never was. */
export async function readFeedRow(db: D1Database, id: number): Promise<FeedRow | null> {
  const row = await db.prepare(ONE).bind(id).first<Row>()
  return row === null ? null : feedRow(row)
}

const THESE = `SELECT id, at, keys, notice FROM feed WHERE id IN (SELECT value FROM json_each(?1))`

/** By id; what retention took is missing. */
export async function readFeedRows(db: D1Database, ids: number[]): Promise<Map<number, FeedRow>> {
  if (ids.length === 0) return new Map()
  const { results } = await db
    .prepare(THESE)
    .bind(JSON.stringify([...new Set(ids)]))
    .all<Row>()
  return new Map(results.map((row) => [row.id, feedRow(row)]))
}

/** Asked for in one select, SQLite would read the whole table for the two. */
const OLDEST = `(SELECT min(id) FROM feed)`
const NEWEST = `(SELECT max(id) FROM feed)`

/** The oldest and the newest row that are kept; 0 and 0: nothing was ever told. */
export async function feedEnds(db: D1Database): Promise<{ oldest: number; newest: number }> {
  const ends = await db
    .prepare(`SELECT ${OLDEST} AS oldest, ${NEWEST} AS newest`)
    .first<{ oldest: number | null; newest: number | null }>()
  return { oldest: ends?.oldest ?? 0, newest: ends?.newest ?? 0 }
}

const MIDDLE = `(low + high) / 2`
const MIDDLE_IS_EARLIER = `(SELECT at FROM feed WHERE id >= ${MIDDLE} ORDER BY id LIMIT 1) < ?1`

/** Halves the span of ids until it is one: `at` has no index, and rises with the id. */
const BEFORE = `WITH RECURSIVE search (low, high) AS (
  SELECT ${OLDEST}, ${NEWEST} + 1
  UNION ALL
  SELECT iif(${MIDDLE_IS_EARLIER}, ${MIDDLE} + 1, low), iif(${MIDDLE_IS_EARLIER}, high, ${MIDDLE})
  FROM search WHERE low < high
)
SELECT low - 1 AS id FROM search WHERE low = high`

/** The row after which everything told at `since` (epoch milliseconds) or later stands. */
export async function feedBefore(db: D1Database, since: number): Promise<number> {
  return (await db.prepare(BEFORE).bind(since).first<number>('id')) ?? 0
}

/** Lists were written by us as JSON of these very shapes. */
function feedRow({ id, at, keys, notice }: Row): FeedRow {
  const pairs: [string, string][] = JSON.parse(keys)
  const told: FeedRow['notice'] = notice === null ? null : JSON.parse(notice)
  return { id, at, keys: pairs, notice: told }
}

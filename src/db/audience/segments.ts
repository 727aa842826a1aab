import { parseFilter } from '../../domain/segment-filter.ts'
import type { Page } from './read-contacts.ts'
import type { Segment } from './segment-source.ts'

interface Row {
  id: string
  name: string
  filter: string | null
  created_at: number
}

/** Its filter was read by the same rules before it was written. */
function segmentOf({ id, name, filter, created_at }: Row): Segment {
  if (filter === null) return { id, name, filter: null, written: null, created_at }
  const written: unknown = JSON.parse(filter)
  const parsed = parseFilter(written)
  if ('fault' in parsed) throw new Error(`the filter of segment ${id} cannot be read`)
  return { id, name, filter: parsed, written, created_at }
}

const INSERT = `INSERT INTO segments (id, name, filter, created_at) VALUES (?1, ?2, ?3, ?4)`

/** `filter`: JSON, null for a segment that members are put into. */
export async function insertSegment(
  db: D1Database,
  segment: { id: string; name: string; filter: string | null; now: number },
): Promise<void> {
  const { id, name, filter, now } = segment
  await db.prepare(INSERT).bind(id, name, filter, now).run()
}

const READ = `SELECT * FROM segments WHERE id = ?1`

export async function readSegment(db: D1Database, id: string): Promise<Segment | null> {
  const row = await db.prepare(READ).bind(id).first<Row>()
  return row && segmentOf(row)
}

/** Which of the ids name segments that members are put into. */
export async function staticSegments(db: D1Database, ids: string[]): Promise<Set<string>> {
  const { results } = await db
    .prepare(
      `SELECT id FROM segments WHERE id IN (SELECT value FROM json_each(?1)) AND filter IS NULL`,
    )
    .bind(JSON.stringify(ids))
    .all<{ id: string }>()
  return new Set(results.map(({ id }) => id))
}

const NEWEST = `SELECT * FROM segments WHERE ?1 IS NULL OR id < ?1 ORDER BY id DESC LIMIT ?2`
const NEWER = `SELECT * FROM segments WHERE id > ?1 ORDER BY id LIMIT ?2`

/** Newest first. */
export async function listSegments(
  db: D1Database,
  { limit, after, before }: Page,
): Promise<{ segments: Segment[]; hasMore: boolean }> {
  const { results } = await db
    .prepare(before === null ? NEWEST : NEWER)
    .bind(before ?? after, limit + 1)
    .all<Row>()
  const found = results.slice(0, limit).map(segmentOf)
  return {
    segments: before === null ? found : found.toReversed(),
    hasMore: results.length > limit,
  }
}

const CHANGE = `UPDATE segments SET name = coalesce(?2, name), filter = coalesce(?3, filter)
WHERE id = ?1 AND (?3 IS NULL OR filter IS NOT NULL)`

/** What is null stays. False: there is none, or it has no filter to be changed. */
export async function changeSegment(
  db: D1Database,
  id: string,
  { name, filter }: { name: string | null; filter: string | null },
): Promise<boolean> {
  return (await db.prepare(CHANGE).bind(id, name, filter).run()).meta.changes === 1
}

/** Its contacts stay. */
export async function deleteSegment(db: D1Database, id: string): Promise<void> {
  await db.batch([
    db.prepare(`DELETE FROM segment_members WHERE segment_id = ?1`).bind(id),
    db.prepare(`DELETE FROM segments WHERE id = ?1`).bind(id),
  ])
}

const OF_CONTACT = `SELECT s.* FROM segment_members m CROSS JOIN segments s ON s.id = m.segment_id
WHERE m.contact_id = ?1 ORDER BY m.segment_id DESC LIMIT ?2`

/** Those that a contact was put into, newest first. */
export async function segmentsOf(
  db: D1Database,
  contactId: string,
  limit: number,
): Promise<{ segments: Segment[]; hasMore: boolean }> {
  const { results } = await db
    .prepare(OF_CONTACT)
    .bind(contactId, limit + 1)
    .all<Row>()
  return { segments: results.slice(0, limit).map(segmentOf), hasMore: results.length > limit }
}

import { broadcastKeys } from '../../domain/broadcast-email-id.ts'
import { doesNotWant } from '../consent-sql.ts'
import { isInSegment, type Segment, segmentSource } from './segment-source.ts'

const PAGE = 4000
/** Together they become one JSON parameter, below D1's 2 MB. */
const PAGE_BYTES = 900_000
/** D1's advice for bulk deletes. */
const CHUNK = 10_000

export interface Member {
  id: string
  address: string
  first_name: string | null
  last_name: string | null
  /** A JSON object. */
  properties: string
  /** 0: has left all broadcasts or the topic, or has not joined it. */
  wants: 0 | 1
}

const SIZE = `length(CAST(c.properties || coalesce(c.first_name, '') || coalesce(c.last_name, '') AS BLOB)) + ?3`

/** The next members after an id; empty when there are none. `bytesAround`: what each of them brings besides. */
export async function membersPage(
  db: D1Database,
  segment: Segment,
  page: { topicId: string | null; after: string; now: number; bytesAround: number },
): Promise<Member[]> {
  const { from, key, where, parameters } = segmentSource(segment, page.now, 4)
  const { results } = await db
    .prepare(
      `SELECT id, address, first_name, last_name, properties,
         NOT ${doesNotWant('p.address', '?2')} AS wants
       FROM (SELECT c.id, c.address, c.first_name, c.last_name, c.properties,
           sum(${SIZE}) OVER (ORDER BY ${key}) - (${SIZE}) AS earlier
         FROM ${from} WHERE ${key} > ?1 AND ${where} ORDER BY ${key} LIMIT ${PAGE}) p
       WHERE earlier < ${PAGE_BYTES} ORDER BY id`,
    )
    .bind(page.after, page.topicId, page.bytesAround, ...parameters)
    .all<Member>()
  return results
}

/**
 * Takes out of a draft who was a member when it was last looked at and is none any more, or has left
 * since.
 */
export async function dropOthers(
  db: D1Database,
  segment: Segment,
  { id, topicId, now }: { id: string; topicId: string | null; now: number },
): Promise<number> {
  const { first, last } = broadcastKeys(id)
  const { sql, parameters } = isInSegment(segment, now, 5)
  const drop = db.prepare(
    `DELETE FROM emails WHERE broadcast_id = ?1 AND id > ?2 AND id <= ?3
       AND EXISTS (SELECT 1 FROM broadcasts WHERE id = ?1 AND state = 'draft')
       AND NOT EXISTS (SELECT 1 FROM contacts c WHERE c.address = emails.address AND ${sql}
         AND NOT ${doesNotWant('c.address', '?4')})`,
  )
  const end = db.prepare(
    `SELECT id FROM emails WHERE broadcast_id = ?1 AND id > ?2 AND id <= ?3
     ORDER BY id LIMIT 1 OFFSET ${CHUNK - 1}`,
  )
  let dropped = 0
  // The first id itself can be taken, so the look starts just before it.
  let after = first.slice(0, -1)
  for (;;) {
    const upTo = await end.bind(id, after, last).first<string>('id')
    const { meta } = await drop.bind(id, after, upTo ?? last, topicId, ...parameters).run()
    dropped += meta.changes
    if (upTo === null) return dropped
    after = upTo
  }
}

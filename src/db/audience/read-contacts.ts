import { CONTACT, type ContactRow } from './contact-sql.ts'
import { type Segment, segmentSource } from './segment-source.ts'

const NAMED = `SELECT ${CONTACT} FROM contacts c WHERE c.id = ?1`
const ADDRESSED = `SELECT ${CONTACT} FROM contacts c WHERE c.address = ?1`

/** By id or by address in normal form. */
export async function readContact(db: D1Database, idOrAddress: string): Promise<ContactRow | null> {
  const sql = idOrAddress.includes('@') ? ADDRESSED : NAMED
  return await db.prepare(sql).bind(idOrAddress).first<ContactRow>()
}

export interface Page {
  limit: number
  after: string | null
  before: string | null
}

/** Newest first; reads one row more to know whether there are more. `segment`: null for all contacts. */
export async function listContacts(
  db: D1Database,
  segment: Segment | null,
  page: Page,
  now: number,
): Promise<{ contacts: ContactRow[]; hasMore: boolean }> {
  const { from, key, where, parameters } = segmentSource(segment, now, 3)
  const beyond = page.before === null ? `(?1 IS NULL OR ${key} < ?1)` : `${key} > ?1`
  const { results } = await db
    .prepare(
      `SELECT ${CONTACT} FROM ${from} WHERE ${beyond} AND ${where}
       ORDER BY ${key} ${page.before === null ? 'DESC' : ''} LIMIT ?2`,
    )
    .bind(page.before ?? page.after, page.limit + 1, ...parameters)
    .all<ContactRow>()
  const found = results.slice(0, page.limit)
  return {
    contacts: page.before === null ? found : found.toReversed(),
    hasMore: results.length > page.limit,
  }
}

export async function countContacts(
  db: D1Database,
  segment: Segment | null,
  now: number,
): Promise<number> {
  const { from, where, parameters } = segmentSource(segment, now, 1)
  const count = await db
    .prepare(`SELECT count(*) AS n FROM ${from} WHERE ${where}`)
    .bind(...parameters)
    .first<number>('n')
  return count ?? 0
}

const IS_MEMBER = `SELECT 1 AS found FROM segment_members WHERE segment_id = ?1 AND contact_id = ?2`

export async function isMember(
  db: D1Database,
  segmentId: string,
  contactId: string,
): Promise<boolean> {
  return (await db.prepare(IS_MEMBER).bind(segmentId, contactId).first()) !== null
}

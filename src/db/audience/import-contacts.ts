import type { ImportedContact } from '../../domain/import-line.ts'
import type { Subscription } from './topics.ts'

/** A line of an import; `id` is the contact's if it is new. */
export interface ImportRow extends ImportedContact {
  id: string
}

export interface ImportRules {
  /** False: contacts that are there stay as they are. */
  isUpsert: boolean
  /** What every contact of the file is put into, and what is said for each. */
  segments: string[]
  topics: { id: string; subscription: Subscription }[]
}

const ADD = `INSERT INTO contacts (id, address, first_name, last_name, properties, created_at, updated_at)
SELECT value->>'id', value->>'address', value->>'first_name', value->>'last_name',
  json(value->'properties'), ?2, ?2
FROM json_each(?1) WHERE TRUE ON CONFLICT (address) DO NOTHING`

const CHANGE = `UPDATE contacts SET first_name = coalesce(r.first_name, contacts.first_name),
  last_name = coalesce(r.last_name, contacts.last_name),
  properties = json_patch(contacts.properties, r.properties), updated_at = max(contacts.updated_at, ?2)
FROM (SELECT value->>'id' AS id, value->>'address' AS address, value->>'first_name' AS first_name,
  value->>'last_name' AS last_name, value->'properties' AS properties FROM json_each(?1)) r
WHERE contacts.address = r.address AND contacts.id <> r.id`

/** Contacts of these lines: with ?3 all of them, else only those that the lines made. */
const TAKEN = `json_each(?1) r CROSS JOIN contacts c ON c.address = r.value->>'address'
  AND (?3 = 1 OR c.id = r.value->>'id')`

const PUT_INTO = `INSERT INTO segment_members (segment_id, contact_id)
SELECT s.value, c.id FROM ${TAKEN} CROSS JOIN json_each(?2) s WHERE TRUE ON CONFLICT DO NOTHING`

/** A no counts whoever brings it; nothing here takes one back. */
const LEAVE = `INSERT INTO unsubscribes (address, topic_id, source_id, created_at)
SELECT value->>'address', '', NULL, ?2 FROM json_each(?1) WHERE value->>'unsubscribed' = 1
ON CONFLICT DO NOTHING`

const LEAVE_TOPICS = `INSERT INTO unsubscribes (address, topic_id, source_id, created_at)
SELECT c.address, t.value, NULL, ?4 FROM ${TAKEN} CROSS JOIN json_each(?2) t WHERE TRUE ON CONFLICT DO NOTHING`

const JOIN_TOPICS = `INSERT INTO topic_subscriptions (address, topic_id, created_at)
SELECT c.address, t.value, ?4 FROM ${TAKEN} CROSS JOIN json_each(?2) t WHERE TRUE ON CONFLICT DO NOTHING`

/**
 * Part of an import, each address once, below D1's 2 MB a value. Who has left stays out. Repeating it
 * changes nothing.
 */
export async function importContacts(
  db: D1Database,
  rows: ImportRow[],
  { isUpsert, segments, topics }: ImportRules,
  now: number,
): Promise<{ created: number; updated: number }> {
  const json = JSON.stringify(rows)
  const ids = (said: Subscription) =>
    topics.filter(({ subscription }) => subscription === said).map(({ id }) => id)
  const [out, into] = [ids('opt_out'), ids('opt_in')]
  const all = Number(isUpsert)
  const [added, changed] = await db.batch([
    db.prepare(ADD).bind(json, now),
    ...(isUpsert ? [db.prepare(CHANGE).bind(json, now)] : []),
    ...(segments.length === 0
      ? []
      : [db.prepare(PUT_INTO).bind(json, JSON.stringify(segments), all)]),
    db.prepare(LEAVE).bind(json, now),
    ...(out.length === 0
      ? []
      : [db.prepare(LEAVE_TOPICS).bind(json, JSON.stringify(out), all, now)]),
    ...(into.length === 0
      ? []
      : [db.prepare(JOIN_TOPICS).bind(json, JSON.stringify(into), all, now)]),
  ])
  return {
    created: added?.meta.changes ?? 0,
    updated: isUpsert ? (changed?.meta.changes ?? 0) : 0,
  }
}

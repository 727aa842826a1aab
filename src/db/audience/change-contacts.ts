import { TOLD } from './contact-sql.ts'
import { type Consent, consentStatements } from './consent.ts'

export interface ContactFields extends Consent {
  /** Undefined: it stays. */
  first_name?: string | null | undefined
  last_name?: string | null | undefined
  /** Those named change; null deletes one. */
  properties: Record<string, string | number | null>
}

const CHANGED = `first_name = iif(?4, ?3, first_name), last_name = iif(?6, ?5, last_name),
  properties = json_patch(properties, ?7), updated_at = max(updated_at, ?8)`

const UPSERT = `INSERT INTO contacts (id, address, first_name, last_name, properties, created_at, updated_at)
VALUES (?1, ?2, ?3, ?5, json_patch('{}', ?7), ?8, ?8) ON CONFLICT (address) DO UPDATE SET ${CHANGED}`

const UPDATE = `UPDATE contacts SET ${CHANGED} WHERE id = ?1 AND address = ?2`

const PUT_INTO = `INSERT INTO segment_members (segment_id, contact_id)
SELECT s.value, c.id FROM contacts c CROSS JOIN json_each(?2) s WHERE c.address = ?1
ON CONFLICT DO NOTHING`

const TELL_SAVED = `INSERT INTO feed (at, keys, notice)
SELECT ?3, '[]', json_object('type', iif(c.id = ?2, 'contact.created', 'contact.updated'), 'data', ${TOLD})
FROM contacts c WHERE c.address = ?1`

/**
 * Makes a contact, or changes the one of this address. `id` is for a new one; the id that it has is
 * answered.
 */
export async function saveContact(
  db: D1Database,
  contact: ContactFields & { id: string; address: string; segments: string[] },
  now: number,
): Promise<string> {
  const { id, address, segments } = contact
  const results = await db.batch<{ id: string }>([
    db.prepare(UPSERT).bind(...parametersOf(id, address, contact, now)),
    ...consentStatements(db, address, contact, now),
    ...(segments.length === 0
      ? []
      : [db.prepare(PUT_INTO).bind(address, JSON.stringify(segments))]),
    db.prepare(TELL_SAVED).bind(address, id, now),
    db.prepare('SELECT id FROM contacts WHERE address = ?1').bind(address),
  ])
  return results.at(-1)?.results[0]?.id ?? id
}

const TELL_UPDATED = `INSERT INTO feed (at, keys, notice)
SELECT ?2, '[]', json_object('type', 'contact.updated', 'data', ${TOLD}) FROM contacts c WHERE c.id = ?1`

/** Changes what is named of a contact that is there. */
export async function updateContact(
  db: D1Database,
  { id, address }: { id: string; address: string },
  fields: ContactFields,
  now: number,
): Promise<void> {
  await db.batch([
    db.prepare(UPDATE).bind(...parametersOf(id, address, fields, now)),
    ...consentStatements(db, address, fields, now),
    db.prepare(TELL_UPDATED).bind(id, now),
  ])
}

/** Segments that members are put into: in or out. */
export async function moveContact(
  db: D1Database,
  { id, address }: { id: string; address: string },
  segmentId: string,
  into: boolean,
  now: number,
): Promise<boolean> {
  const OUT = `DELETE FROM segment_members WHERE contact_id = ?1 AND segment_id = ?2`
  const [moved] = await db.batch([
    into
      ? db.prepare(PUT_INTO).bind(address, JSON.stringify([segmentId]))
      : db.prepare(OUT).bind(id, segmentId),
    db.prepare(`${TELL_UPDATED} AND changes() > 0`).bind(id, now),
  ])
  return (moved?.meta.changes ?? 0) > 0
}

const TELL_DELETED = `INSERT INTO feed (at, keys, notice)
SELECT ?2, '[]', json_object('type', 'contact.deleted', 'data', ${TOLD}) FROM contacts c WHERE c.id = ?1`

/** What they have left stays known by their address; what they have joined does not. */
export function deleteStatements(db: D1Database, id: string, now: number): D1PreparedStatement[] {
  return [
    db.prepare(TELL_DELETED).bind(id, now),
    db
      .prepare(
        `DELETE FROM topic_subscriptions WHERE address = (SELECT address FROM contacts WHERE id = ?1)`,
      )
      .bind(id),
    db.prepare(`DELETE FROM segment_members WHERE contact_id = ?1`).bind(id),
    db.prepare(`DELETE FROM contacts WHERE id = ?1`).bind(id),
  ]
}

export async function deleteContact(db: D1Database, id: string, now: number): Promise<void> {
  await db.batch(deleteStatements(db, id, now))
}

function parametersOf(
  id: string,
  address: string,
  { first_name, last_name, properties }: ContactFields,
  now: number,
): (string | number | null)[] {
  const names = [first_name, last_name].flatMap((name) => [
    name ?? null,
    Number(name !== undefined),
  ])
  return [id, address, ...names, JSON.stringify(properties), now]
}

import type { PropertyType, PropertyValue } from '../../domain/contact-values.ts'
import type { Page } from './read-contacts.ts'

export interface ContactProperty {
  id: string
  key: string
  type: PropertyType
  fallback_value: PropertyValue | null
  created_at: number
}

interface Row extends Omit<ContactProperty, 'fallback_value'> {
  fallback_value: string | null
}

function propertyOf(row: Row): ContactProperty {
  const fallback: PropertyValue | null =
    row.fallback_value === null ? null : JSON.parse(row.fallback_value)
  return { ...row, fallback_value: fallback }
}

const INSERT = `INSERT INTO contact_properties (id, key, type, fallback_value, created_at)
VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (key) DO NOTHING`

/** False: there is one of this key. */
export async function insertProperty(db: D1Database, property: ContactProperty): Promise<boolean> {
  const { id, key, type, fallback_value, created_at } = property
  const inserted = await db
    .prepare(INSERT)
    .bind(id, key, type, json(fallback_value), created_at)
    .run()
  return inserted.meta.changes === 1
}

export async function readProperty(db: D1Database, id: string): Promise<ContactProperty | null> {
  const row = await db
    .prepare('SELECT * FROM contact_properties WHERE id = ?1')
    .bind(id)
    .first<Row>()
  return row && propertyOf(row)
}

const NEWEST = `SELECT * FROM contact_properties WHERE ?1 IS NULL OR id < ?1 ORDER BY id DESC LIMIT ?2`
const NEWER = `SELECT * FROM contact_properties WHERE id > ?1 ORDER BY id LIMIT ?2`

/** Newest first. */
export async function listProperties(
  db: D1Database,
  { limit, after, before }: Page,
): Promise<{ properties: ContactProperty[]; hasMore: boolean }> {
  const { results } = await db
    .prepare(before === null ? NEWEST : NEWER)
    .bind(before ?? after, limit + 1)
    .all<Row>()
  const found = results.slice(0, limit).map(propertyOf)
  return {
    properties: before === null ? found : found.toReversed(),
    hasMore: results.length > limit,
  }
}

/** By key: all that are declared. */
export async function declaredProperties(db: D1Database): Promise<Map<string, ContactProperty>> {
  const { results } = await db.prepare('SELECT * FROM contact_properties').all<Row>()
  return new Map(results.map((row) => [row.key, propertyOf(row)]))
}

export async function changeFallback(
  db: D1Database,
  id: string,
  fallback: PropertyValue | null,
): Promise<boolean> {
  const changed = await db
    .prepare('UPDATE contact_properties SET fallback_value = ?2 WHERE id = ?1')
    .bind(id, json(fallback))
    .run()
  return changed.meta.changes === 1
}

/** What contacts have of it stays until they are changed. */
export async function deleteProperty(db: D1Database, id: string): Promise<boolean> {
  const deleted = await db.prepare('DELETE FROM contact_properties WHERE id = ?1').bind(id).run()
  return deleted.meta.changes === 1
}

function json(value: PropertyValue | null): string | null {
  return value === null ? null : JSON.stringify(value)
}

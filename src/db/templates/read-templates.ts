import { type TemplateVersion, VERSION_COLUMNS, versionOf, type VersionRow } from './version.ts'

export interface TemplateRow {
  id: string
  name: string
  alias: string | null
  current_version_id: string
  published_version_id: string | null
  published_at: number | null
  created_at: number
  updated_at: number
}

/** Ids are never an alias: an alias cannot look like one. */
const NAMED = 'SELECT * FROM templates WHERE id = ?1 OR alias = ?1'

export async function readTemplate(db: D1Database, idOrAlias: string): Promise<TemplateRow | null> {
  return await db.prepare(NAMED).bind(idOrAlias).first<TemplateRow>()
}

const VERSION = `SELECT ${VERSION_COLUMNS} FROM template_versions v
WHERE v.template_id = ?1 AND v.id = ?2`

export async function readVersion(
  db: D1Database,
  templateId: string,
  id: string,
): Promise<TemplateVersion | null> {
  const row = await db.prepare(VERSION).bind(templateId, id).first<VersionRow>()
  return row && versionOf(row)
}

interface Page {
  limit: number
  after: string | null
  before: string | null
}

const NEWEST = `SELECT * FROM templates WHERE ?1 IS NULL OR id < ?1 ORDER BY id DESC LIMIT ?2`
const NEWER = `SELECT * FROM templates WHERE id > ?1 ORDER BY id LIMIT ?2`

/** Newest first; reads one row more to know whether there are more. */
export async function listTemplates(
  db: D1Database,
  { limit, after, before }: Page,
): Promise<{ templates: TemplateRow[]; hasMore: boolean }> {
  const { results } = await db
    .prepare(before === null ? NEWEST : NEWER)
    .bind(before ?? after, limit + 1)
    .all<TemplateRow>()
  const found = results.slice(0, limit)
  return {
    templates: before === null ? found : found.toReversed(),
    hasMore: results.length > limit,
  }
}

/** A version without its bodies. */
export type ListedVersion = Pick<
  TemplateVersion,
  'id' | 'subject' | 'created_at' | 'updated_at' | 'published_at'
>

const LISTED = 'SELECT id, subject, created_at, updated_at, published_at FROM template_versions'
const NEWEST_VERSIONS = `${LISTED} WHERE template_id = ?1 AND (?2 IS NULL OR id < ?2)
ORDER BY id DESC LIMIT ?3`
const NEWER_VERSIONS = `${LISTED} WHERE template_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3`

/** Newest first. */
export async function listVersions(
  db: D1Database,
  templateId: string,
  { limit, after, before }: Page,
): Promise<{ versions: ListedVersion[]; hasMore: boolean }> {
  const { results } = await db
    .prepare(before === null ? NEWEST_VERSIONS : NEWER_VERSIONS)
    .bind(templateId, before ?? after, limit + 1)
    .all<ListedVersion>()
  const found = results.slice(0, limit)
  return {
    versions: before === null ? found : found.toReversed(),
    hasMore: results.length > limit,
  }
}

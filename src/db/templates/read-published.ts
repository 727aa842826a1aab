import { type TemplateVersion, VERSION_COLUMNS, versionOf, type VersionRow } from './version.ts'

export type Published =
  | { type: 'published'; templateId: string; version: TemplateVersion }
  | { type: 'unknown' }
  | { type: 'only a draft' }

const PUBLISHED = `SELECT t.id AS template_id, ${VERSION_COLUMNS} FROM templates t
LEFT JOIN template_versions v ON v.template_id = t.id AND v.id = t.published_version_id
WHERE t.id = ?1 OR t.alias = ?1`

/** What a send by this id or alias says. */
export async function readPublished(db: D1Database, idOrAlias: string): Promise<Published> {
  const row = await db
    .prepare(PUBLISHED)
    .bind(idOrAlias)
    .first<{ template_id: string } & (VersionRow | { id: null })>()
  if (row === null) return { type: 'unknown' }
  if (row.id === null) return { type: 'only a draft' }
  return { type: 'published', templateId: row.template_id, version: versionOf(row) }
}

import type { TemplateContent } from './version.ts'

export interface NewTemplate {
  id: string
  versionId: string
  name: string
  alias: string | null
  content: TemplateContent
  now: number
}

const CREATE = `INSERT INTO templates (id, name, alias, current_version_id, created_at, updated_at)
SELECT ?1, ?2, ?3, ?4, ?5, ?5
WHERE NOT EXISTS (SELECT 1 FROM templates WHERE alias = ?3)`

/**
 * Of the template that the statement before it wrote, if it did: two changes may carry the same time.
 * A published version is never written over; a draft is.
 */
const WRITE = `INSERT INTO template_versions (template_id, id, sender, reply_to, subject, html, text,
  variables, created_at, updated_at)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9
WHERE changes() = 1
ON CONFLICT (template_id, id) DO UPDATE SET sender = excluded.sender, reply_to = excluded.reply_to,
  subject = excluded.subject, html = excluded.html, text = excluded.text,
  variables = excluded.variables, updated_at = excluded.updated_at
WHERE template_versions.published_at IS NULL`

/** False: another template has this alias. */
export async function createTemplate(db: D1Database, made: NewTemplate): Promise<boolean> {
  const { id, versionId, name, alias, content, now } = made
  const [created] = await db.batch([
    db.prepare(CREATE).bind(id, name, alias, versionId, now),
    write(db, { id, versionId, content, at: now }),
  ])
  return created?.meta.changes === 1
}

export interface TemplateChange {
  id: string
  name: string
  alias: string | null
  /** The version that is current from now on. */
  versionId: string
  /** Null: only name or alias change. */
  content: TemplateContent | null
  now: number
  /** When the template had last been changed as the author saw it. */
  asRead: number
}

const CHANGE = `UPDATE templates SET name = ?2, alias = ?3, current_version_id = ?4, updated_at = ?5
WHERE id = ?1 AND updated_at = ?6
  AND NOT EXISTS (SELECT 1 FROM templates o WHERE o.alias = ?3 AND o.id <> ?1)`

/** False: it was changed or deleted meanwhile, or another template has this alias. */
export async function changeTemplate(db: D1Database, change: TemplateChange): Promise<boolean> {
  const { id, name, alias, versionId, content, asRead } = change
  const at = later(change)
  const changing = db.prepare(CHANGE).bind(id, name, alias, versionId, at, asRead)
  const writing = content === null ? [] : [write(db, { id, versionId, content, at })]
  const [changed] = await db.batch([changing, ...writing])
  return changed?.meta.changes === 1
}

const PUBLISH = `UPDATE templates SET published_version_id = current_version_id, published_at = ?2, updated_at = ?2
WHERE id = ?1 AND updated_at = ?3`
const SEAL = `UPDATE template_versions SET published_at = coalesce(published_at, ?2)
WHERE template_id = ?1 AND id = (SELECT published_version_id FROM templates WHERE id = ?1 AND published_at = ?2)`

/** Sends use the current version from now on. False: it was changed or deleted meanwhile. */
export async function publishTemplate(
  db: D1Database,
  id: string,
  moment: { now: number; asRead: number },
): Promise<boolean> {
  const at = later(moment)
  const [published] = await db.batch([
    db.prepare(PUBLISH).bind(id, at, moment.asRead),
    db.prepare(SEAL).bind(id, at),
  ])
  return published?.meta.changes === 1
}

/** With all its versions; what was sent from it keeps its content. */
export async function deleteTemplate(db: D1Database, id: string): Promise<boolean> {
  const [, deleted] = await db.batch([
    db.prepare('DELETE FROM template_versions WHERE template_id = ?1').bind(id),
    db.prepare('DELETE FROM templates WHERE id = ?1').bind(id),
  ])
  return deleted?.meta.changes === 1
}

/** Two changes never carry the same time: who has read the first sees that there was a second. */
function later({ now, asRead }: { now: number; asRead: number }): number {
  return Math.max(now, asRead + 1)
}

function write(
  db: D1Database,
  of: { id: string; versionId: string; content: TemplateContent; at: number },
): D1PreparedStatement {
  const { sender, reply_to, subject, html, text, variables } = of.content
  return db
    .prepare(WRITE)
    .bind(
      of.id,
      of.versionId,
      sender,
      JSON.stringify(reply_to),
      subject,
      html,
      text,
      JSON.stringify(variables),
      of.at,
    )
}

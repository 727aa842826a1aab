import type { Page } from './read-contacts.ts'

export const IMPORT_STATUSES = ['queued', 'in_progress', 'completed', 'failed'] as const
export type ImportStatus = (typeof IMPORT_STATUSES)[number]

export interface ImportCounts {
  /** Lines read. */
  total: number
  created: number
  updated: number
  skipped: number
  failed: number
}

export interface ContactImport extends ImportCounts {
  id: string
  status: ImportStatus
  created_at: number
  completed_at: number | null
  failure: string | null
  /** JSON: the first lines that failed, `[{line, reason}]`. */
  faults: string
}

/** An import that wrote nothing for so long has died, milliseconds. */
const SILENCE = 15 * 60 * 1000

const STATUS = `CASE WHEN completed_at IS NOT NULL THEN 'completed'
  WHEN failure IS NOT NULL OR updated_at < ?1 - ${SILENCE} THEN 'failed' ELSE 'in_progress' END`
const COLUMNS = `id, ${STATUS} AS status, created_at, completed_at, failure, faults, total, created,
  updated, skipped, failed`

export async function insertImport(db: D1Database, id: string, now: number): Promise<void> {
  await db
    .prepare('INSERT INTO contact_imports (id, created_at, updated_at) VALUES (?1, ?2, ?2)')
    .bind(id, now)
    .run()
}

const PROGRESS = `UPDATE contact_imports SET total = ?2, created = ?3, updated = ?4, skipped = ?5,
  failed = ?6, faults = ?7, updated_at = ?8, completed_at = ?9, failure = ?10 WHERE id = ?1`

/** How far it has come; with `end` it is over, and well only without a failure. */
export async function noteImport(
  db: D1Database,
  id: string,
  { counts, faults }: { counts: ImportCounts; faults: object[] },
  now: number,
  end: { failure: string | null } | null = null,
): Promise<void> {
  const { total, created, updated, skipped, failed } = counts
  const completedAt = end !== null && end.failure === null ? now : null
  const lines = [total, created, updated, skipped, failed, JSON.stringify(faults)]
  const times = [now, completedAt, end?.failure ?? null]
  await db
    .prepare(PROGRESS)
    .bind(id, ...lines, ...times)
    .run()
}

export async function readImport(
  db: D1Database,
  id: string,
  now: number,
): Promise<ContactImport | null> {
  return await db
    .prepare(`SELECT ${COLUMNS} FROM contact_imports WHERE id = ?2`)
    .bind(now, id)
    .first<ContactImport>()
}

/** Newest first. */
export async function listImports(
  db: D1Database,
  { limit, after, before, status }: Page & { status: ImportStatus | null },
  now: number,
): Promise<{ imports: ContactImport[]; hasMore: boolean }> {
  const beyond = before === null ? '(?2 IS NULL OR id < ?2)' : 'id > ?2'
  const { results } = await db
    .prepare(
      `SELECT ${COLUMNS} FROM contact_imports WHERE ${beyond} AND (?4 IS NULL OR ${STATUS} = ?4)
       ORDER BY id ${before === null ? 'DESC' : ''} LIMIT ?3`,
    )
    .bind(now, before ?? after, limit + 1, status)
    .all<ContactImport>()
  const found = results.slice(0, limit)
  return {
    imports: before === null ? found : found.toReversed(),
    hasMore: results.length > limit,
  }
}

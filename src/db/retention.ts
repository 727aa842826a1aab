const FINAL = `state NOT IN ('scheduled', 'queued', 'sending', 'in_doubt')`

const OLD = `SELECT id FROM emails WHERE id < ?1 AND broadcast_id IS NULL AND ${FINAL} ORDER BY id LIMIT ?2`

const LISTED = `IN (SELECT value FROM json_each(?1))`

/**
 * Deletes final transactional emails made before `beforeId` with all that hangs on them, a chunk at
 * a time. Suppressions stay for ever. Answers how many went.
 */
export async function deleteOldEmails(
  db: D1Database,
  beforeId: string,
  limit: number,
): Promise<number> {
  const old = await db.prepare(OLD).bind(beforeId, limit).all<{ id: string }>()
  if (old.results.length === 0) return 0
  const ids = JSON.stringify(old.results.map(({ id }) => id))
  const results = await db.batch([
    db.prepare(`DELETE FROM events WHERE email_id ${LISTED}`).bind(ids),
    db.prepare(`DELETE FROM attempts WHERE email_id ${LISTED}`).bind(ids),
    db.prepare(`DELETE FROM recipients WHERE email_id ${LISTED}`).bind(ids),
    db
      .prepare(
        `DELETE FROM contents WHERE id IN (SELECT content_id FROM emails WHERE id ${LISTED})
           AND NOT EXISTS (SELECT 1 FROM emails e WHERE e.id BETWEEN contents.id AND contents.last_email_id
             AND e.content_id = contents.id AND e.id NOT ${LISTED})`,
      )
      .bind(ids),
    db.prepare(`DELETE FROM emails WHERE id ${LISTED} AND ${FINAL}`).bind(ids),
  ])
  return results.at(-1)?.meta.changes ?? 0
}

export interface OldBodies {
  id: string
  attachments: string
  html_file: string | null
  text_file: string | null
}

const OPEN_USER = `EXISTS (SELECT 1 FROM emails e WHERE e.id BETWEEN contents.id AND contents.last_email_id
  AND e.content_id = contents.id AND NOT (${FINAL}))`

/** The next contents after `afterId` and before `beforeId`; those still to be sent end the list. */
export async function nextOldBodies(
  db: D1Database,
  span: { afterId: string; beforeId: string; limit: number },
): Promise<OldBodies[]> {
  const { results } = await db
    .prepare(
      `SELECT id, attachments, html_file, text_file, ${OPEN_USER} AS open FROM contents
       WHERE id > ?1 AND id < ?2 ORDER BY id LIMIT ?3`,
    )
    .bind(span.afterId, span.beforeId, span.limit)
    .all<OldBodies & { open: 0 | 1 }>()
  const firstOpen = results.findIndex(({ open }) => open === 1)
  return firstOpen === -1 ? results : results.slice(0, firstOpen)
}

/** Forgets bodies and attachments; who wrote what subject to whom stays until the email goes. */
export async function forgetBodies(db: D1Database, ids: string[], now: number): Promise<void> {
  const last = ids.at(-1)
  if (last === undefined) return
  await db.batch([
    db
      .prepare(
        `UPDATE contents SET html = NULL, text = NULL, html_file = NULL, text_file = NULL, attachments = '[]'
         WHERE id ${LISTED} AND NOT ${OPEN_USER}`,
      )
      .bind(JSON.stringify(ids)),
    db
      .prepare(
        `INSERT INTO settings (name, value, changed_at) VALUES ('bodies_forgotten_until', ?1, ?2)
         ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value), changed_at = ?2`,
      )
      .bind(last, now),
  ])
}

/** The content up to which bodies are forgotten already. */
export async function bodiesForgottenUntil(db: D1Database): Promise<string> {
  const value = await db
    .prepare(`SELECT value FROM settings WHERE name = 'bodies_forgotten_until'`)
    .first<string>('value')
  return value ?? ''
}

/** Which of these ids have a row in `contents`. */
export async function knownContents(db: D1Database, ids: string[]): Promise<Set<string>> {
  const { results } = await db
    .prepare(`SELECT id FROM contents WHERE id ${LISTED}`)
    .bind(JSON.stringify(ids))
    .all<{ id: string }>()
  return new Set(results.map(({ id }) => id))
}

export interface Cutoffs {
  feedBefore: number
  minutesBefore: number
  callsBefore: number
  idempotencyBefore: number
  deadLettersBefore: number
  limit: number
}

/** The small tables, each a bounded chunk. The newest feed row stays, so that its ids never start again. */
export async function deleteOldRecords(db: D1Database, cutoffs: Cutoffs): Promise<void> {
  const { limit } = cutoffs
  await db.batch([
    db
      .prepare(
        `DELETE FROM feed WHERE at < ?1 AND id < (SELECT max(id) FROM feed)
           AND id IN (SELECT id FROM feed ORDER BY id LIMIT ?2)`,
      )
      .bind(cutoffs.feedBefore, limit),
    db.prepare(`DELETE FROM minutes WHERE minute < ?1`).bind(cutoffs.minutesBefore),
    db
      .prepare(
        `DELETE FROM calls WHERE (claimed_at, claim_token, number) IN
           (SELECT claimed_at, claim_token, number FROM calls WHERE claimed_at < ?1 LIMIT ?2)`,
      )
      .bind(cutoffs.callsBefore, limit),
    db
      .prepare(
        `DELETE FROM idempotency WHERE key IN (SELECT key FROM idempotency WHERE created_at < ?1 LIMIT ?2)`,
      )
      .bind(cutoffs.idempotencyBefore, limit),
    db
      .prepare(
        `DELETE FROM dead_letters WHERE id IN (SELECT id FROM dead_letters WHERE created_at < ?1 LIMIT ?2)`,
      )
      .bind(cutoffs.deadLettersBefore, limit),
  ])
}

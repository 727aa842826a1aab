import { broadcastKeys } from '../../domain/broadcast-email-id.ts'

/** One whose doubts nobody settles stays, and stands before nobody else. */
const OLD = `SELECT id FROM broadcasts b WHERE ended_at < ?1 AND state IN ('sent', 'canceled')
  AND NOT EXISTS (SELECT 1 FROM emails e
    WHERE e.id BETWEEN substr(b.id, 1, 18) || '-8' AND substr(b.id, 1, 18) || '-c'
      AND e.broadcast_id = b.id AND e.state IN ('sending', 'in_doubt'))
ORDER BY ended_at LIMIT 1`

const CHOSEN = `SELECT id FROM emails WHERE id BETWEEN ?2 AND ?3 AND broadcast_id = ?1 ORDER BY id LIMIT ?4`

const EMPTY = `NOT EXISTS (SELECT 1 FROM emails WHERE id BETWEEN ?2 AND ?3 AND broadcast_id = ?1)`

export interface DeletedPart {
  emails: number
  /** Keys in R2 of a broadcast that is gone now. */
  files: string[]
}

const NOTHING: DeletedPart = { emails: 0, files: [] }

/**
 * A broadcast goes as a whole, some time after its end and never while an email of it is open: a
 * chunk of its emails a call, the broadcast itself last.
 */
export async function deleteOldBroadcast(
  db: D1Database,
  endedBefore: number,
  limit: number,
): Promise<DeletedPart> {
  const id = await db.prepare(OLD).bind(endedBefore).first<string>('id')
  if (id === null) return NOTHING
  const { first, last } = broadcastKeys(id)
  const chosen = [id, first, last, limit]
  const [, , emails, , broadcast] = await db.batch<{ attachments: string }>([
    db.prepare(`DELETE FROM events WHERE email_id IN (${CHOSEN})`).bind(...chosen),
    db.prepare(`DELETE FROM attempts WHERE email_id IN (${CHOSEN})`).bind(...chosen),
    db.prepare(`DELETE FROM emails WHERE id IN (${CHOSEN})`).bind(...chosen),
    db.prepare(`DELETE FROM ranges WHERE broadcast_id = ?1 AND ${EMPTY}`).bind(id, first, last),
    db
      .prepare(`DELETE FROM broadcasts WHERE id = ?1 AND ${EMPTY} RETURNING attachments`)
      .bind(id, first, last),
  ])
  const attachments: { file: string }[] = JSON.parse(broadcast?.results[0]?.attachments ?? '[]')
  return { emails: emails?.meta.changes ?? 0, files: attachments.map(({ file }) => file) }
}

import { broadcastKeys } from '../../domain/broadcast-email-id.ts'

const OLD = `SELECT id FROM broadcasts WHERE ended_at < ?1 AND state IN ('sent', 'canceled') LIMIT 1`

const OPEN = `SELECT 1 FROM emails WHERE id BETWEEN ?2 AND ?3 AND broadcast_id = ?1
  AND state IN ('sending', 'in_doubt') LIMIT 1`

const CHOSEN = `SELECT id FROM emails WHERE id BETWEEN ?2 AND ?3 AND broadcast_id = ?1 ORDER BY id LIMIT ?4`

/**
 * A broadcast goes as a whole, some time after its end and never while an email of it is open: a
 * chunk of its emails a call, the broadcast itself last. Answers how many emails went.
 */
export async function deleteOldBroadcast(
  db: D1Database,
  endedBefore: number,
  limit: number,
): Promise<number> {
  const id = await db.prepare(OLD).bind(endedBefore).first<string>('id')
  if (id === null) return 0
  const { first, last } = broadcastKeys(id)
  if ((await db.prepare(OPEN).bind(id, first, last).first()) !== null) return 0
  const chosen = [id, first, last, limit]
  const results = await db.batch([
    db.prepare(`DELETE FROM events WHERE email_id IN (${CHOSEN})`).bind(...chosen),
    db.prepare(`DELETE FROM attempts WHERE email_id IN (${CHOSEN})`).bind(...chosen),
    db.prepare(`DELETE FROM emails WHERE id IN (${CHOSEN})`).bind(...chosen),
    ...['ranges', 'broadcasts'].map((table) =>
      db
        .prepare(
          `DELETE FROM ${table} WHERE ${table === 'ranges' ? 'broadcast_id' : 'id'} = ?1
             AND NOT EXISTS (SELECT 1 FROM emails WHERE id BETWEEN ?2 AND ?3 AND broadcast_id = ?1)`,
        )
        .bind(id, first, last),
    ),
  ])
  return results[2]?.meta.changes ?? 0
}

import type { Page } from './read-emails.ts'

export interface DeadLetter {
  id: string
  queue: string
  /** JSON. */
  body: string
  reason: string
  attempts: number
  /** When the job was first queued. */
  queued_at: number
  /** When it was given up. */
  created_at: number
}

const ALL = `SELECT id, queue, body, reason, attempts, queued_at, created_at FROM dead_letters`

/** One page, those queued last first; reads one row more to know whether there are more. */
export async function listDeadLetters(
  db: D1Database,
  { limit, after, before }: Page,
): Promise<{ letters: DeadLetter[]; hasMore: boolean }> {
  const beyond = after !== null ? 'id < ?2' : before !== null ? 'id > ?2' : '?2 IS NULL'
  const order = before === null ? 'DESC' : 'ASC'
  const { results } = await db
    .prepare(`${ALL} WHERE ${beyond} ORDER BY id ${order} LIMIT ?1`)
    .bind(limit + 1, after ?? before)
    .all<DeadLetter>()
  const letters = results.slice(0, limit)
  return {
    letters: before === null ? letters : letters.toReversed(),
    hasMore: results.length > limit,
  }
}

export async function readDeadLetter(db: D1Database, id: string): Promise<DeadLetter | null> {
  return await db.prepare(`${ALL} WHERE id = ?1`).bind(id).first<DeadLetter>()
}

/** False: somebody else has, meanwhile. */
export async function removeDeadLetter(db: D1Database, id: string): Promise<boolean> {
  const { meta } = await db.prepare('DELETE FROM dead_letters WHERE id = ?1').bind(id).run()
  return meta.changes > 0
}

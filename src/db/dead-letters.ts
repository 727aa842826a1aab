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

/** What the letter has kept in doubt so far: those it names, and those claimed when it was queued. */
const HOLD = `UPDATE emails SET doubt_policy = 'hold'
WHERE priority IN ('high', 'normal', 'bulk') AND due_at IS NOT NULL AND state = 'in_doubt'
  AND doubt_policy = 'resend'
  AND EXISTS (SELECT 1 FROM dead_letters d WHERE d.id = ?1 AND d.queue LIKE '%-events'
    AND (instr(d.body, emails.id) > 0 OR emails.claimed_at BETWEEN d.queued_at - ?2 AND d.queued_at + ?2))
RETURNING id`

/**
 * A person closes a letter that nobody can read. It no longer speaks against the event channel, so
 * emails in doubt that it may have been evidence of are held from now on: they end as `unknown` and
 * not as a second copy. Their ids; null: there is no such letter.
 */
export async function closeDeadLetter(
  db: D1Database,
  id: string,
  proofMs: number,
): Promise<string[] | null> {
  const [held, closed] = await db.batch<{ id: string }>([
    db.prepare(HOLD).bind(id, proofMs),
    db.prepare('DELETE FROM dead_letters WHERE id = ?1').bind(id),
  ])
  if (closed === undefined || closed.meta.changes === 0) return null
  return (held?.results ?? []).map((row) => row.id)
}

import type { Priority } from '../domain/priority.ts'

export interface DueRow {
  id: string
  recipients: number
  priority: Priority
}

const WAITING = `state IN ('queued', 'scheduled') AND evidence_at IS NULL`

/** Those of a broadcast that was stopped would stand before all others and could not be claimed. */
const MAY_GO = `(broadcast_id IS NULL OR EXISTS (SELECT 1 FROM broadcasts b
  WHERE b.id = emails.broadcast_id AND b.state IN ('sending', 'sent')))`

const LOST = `SELECT id, recipient_count AS recipients, priority FROM emails
WHERE priority = ?1 AND due_at <= ?2 AND ${WAITING} AND ${MAY_GO} ORDER BY due_at LIMIT ?3`

/** Emails that have been due since `dueBefore` and that nobody took, of one priority, the longest due first. */
export async function lostEmails(
  db: D1Database,
  priority: Priority,
  dueBefore: number,
  limit: number,
): Promise<DueRow[]> {
  const { results } = await db.prepare(LOST).bind(priority, dueBefore, limit).all<DueRow>()
  return results
}

const COMING = `SELECT id, recipient_count AS recipients, priority, due_at AS dueAt FROM emails
WHERE priority IN ('high', 'normal', 'bulk') AND due_at > ?1 AND due_at <= ?2 AND ${WAITING}
  AND id < ?3 LIMIT ?4`

/** Emails that fall due in the span and were accepted too early to get a job of their own then. */
export async function comingEmails(
  db: D1Database,
  span: { after: number; until: number; acceptedBefore: string; limit: number },
): Promise<(DueRow & { dueAt: number })[]> {
  const { results } = await db
    .prepare(COMING)
    .bind(span.after, span.until, span.acceptedBefore, span.limit)
    .all<DueRow & { dueAt: number }>()
  return results
}

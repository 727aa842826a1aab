import { noticeOfChange, type NoticeType } from '../notice.ts'

export interface BroadcastChange {
  id: string
  type: Extract<NoticeType, `broadcast.${string}`>
  reason?: string | null
  now: number
}

/**
 * A change of a broadcast's state, the last of the statements, and the word of it, in one batch:
 * neither is there without the other. True when it changed.
 */
export async function changeAndTell(
  db: D1Database,
  statements: D1PreparedStatement[],
  { id, type, reason = null, now }: BroadcastChange,
): Promise<boolean> {
  const results = await db.batch([
    ...statements,
    noticeOfChange(db, { type, at: now, data: { id, reason } }),
  ])
  return results[statements.length - 1]?.meta.changes === 1
}

const TELL_DUE = `INSERT INTO feed (at, keys, notice)
SELECT ?1, '[]', json_object('type', 'broadcast.sending', 'data', json_object('id', id, 'reason', NULL))
FROM broadcasts WHERE state = 'scheduled' AND scheduled_at <= ?1`

/** To stand just before the statement that starts what is due. */
export function tellDue(db: D1Database, now: number): D1PreparedStatement {
  return db.prepare(TELL_DUE).bind(now)
}

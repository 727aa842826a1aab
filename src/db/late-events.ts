const MARK = `INSERT INTO settings (name, value, changed_at) VALUES ('late_events', '', ?1)
ON CONFLICT (name) DO UPDATE SET changed_at = max(changed_at, excluded.changed_at)`

/**
 * Before events that waited elsewhere go into their queue: the queue will say that they are new,
 * while they may be evidence of attempts long past.
 */
export async function markLateEvents(db: D1Database, now: number): Promise<void> {
  await db.prepare(MARK).bind(now).run()
}

/** Far more than a broken version buries before somebody looks. */
const MAX_DEAD = 10_000

const HELD = `SELECT (SELECT json_group_array(queued_at) FROM (SELECT queued_at FROM dead_letters
    WHERE queue LIKE '%-events' AND queued_at BETWEEN ?1 AND ?2 LIMIT ${MAX_DEAD})) AS dead,
  (SELECT changed_at FROM settings WHERE name = 'late_events') AS marked_at`

export interface LateEvents {
  /** When events among the dead letters were queued; null: too many to tell. */
  dead: number[] | null
  /** When events that had waited elsewhere last went into their queue. */
  markedAt: number | null
}

/** Dead letters queued in the span and the mark, of one moment: an event on its way from dead letter to queue is seen in one of them. */
export async function readLateEvents(
  db: D1Database,
  span: { from: number; to: number },
): Promise<LateEvents> {
  const row = await db
    .prepare(HELD)
    .bind(span.from, span.to)
    .first<{ dead: string; marked_at: number | null }>()
  const dead: number[] = JSON.parse(row?.dead ?? '[]')
  return { dead: dead.length < MAX_DEAD ? dead : null, markedAt: row?.marked_at ?? null }
}

const MARK = `INSERT INTO settings (name, value, changed_at) VALUES ('late_events', '', ?1)
ON CONFLICT (name) DO UPDATE SET changed_at = max(changed_at, excluded.changed_at)`

/**
 * Before events that waited elsewhere go into their queue: the queue will say that they are new,
 * while they may be evidence of attempts long past.
 */
export async function markLateEvents(db: D1Database, now: number): Promise<void> {
  await db.prepare(MARK).bind(now).run()
}

const HELD = `SELECT (SELECT min(queued_at) FROM dead_letters WHERE queue LIKE '%-events') AS dead_since,
  (SELECT changed_at FROM settings WHERE name = 'late_events') AS marked_at`

export interface LateEvents {
  /** Since when an event waits among the dead letters, epoch milliseconds. */
  deadSince: number | null
  /** When events that had waited elsewhere last went into their queue. */
  markedAt: number | null
}

/** Both of one moment: an event on its way from dead letter to queue is seen in one of them. */
export async function readLateEvents(db: D1Database): Promise<LateEvents> {
  const row = await db
    .prepare(HELD)
    .first<{ dead_since: number | null; marked_at: number | null }>()
  return { deadSince: row?.dead_since ?? null, markedAt: row?.marked_at ?? null }
}

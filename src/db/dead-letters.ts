const OLDEST = `SELECT min(queued_at) AS oldest FROM dead_letters WHERE queue LIKE '%-events'`

/** Since when an event waits among the dead letters, epoch milliseconds, or null. */
export async function oldestDeadEvent(db: D1Database): Promise<number | null> {
  return db.prepare(OLDEST).first<number>('oldest')
}

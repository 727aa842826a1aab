export interface DeadLetter {
  id: string
  queue: string
  /** The job's body as JSON. */
  body: string
  reason: string
  attempts: number
  queuedAt: number
  now: number
}

/** Keeps a job that no one could finish; a second delivery of it changes nothing. */
export async function keepDeadLetter(db: D1Database, letter: DeadLetter): Promise<void> {
  const { id, queue, body, reason, attempts, queuedAt, now } = letter
  await db
    .prepare(
      `INSERT OR IGNORE INTO dead_letters (id, queue, body, reason, attempts, queued_at, created_at)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)`,
    )
    .bind(id, queue, body, reason, attempts, queuedAt, now)
    .run()
}

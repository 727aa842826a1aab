import { deadLetterId } from '../domain/dead-letter-id.ts'

export interface UndoneJob {
  /** The queue's own id of it. */
  jobId: string
  queue: string
  /** The job's body as JSON. */
  body: string
  reason: string
  attempts: number
  queuedAt: number
  now: number
}

/** Keeps a job that no one could finish; a second delivery of it changes nothing. */
export async function keepDeadLetter(db: D1Database, job: UndoneJob): Promise<void> {
  const { jobId, queue, body, reason, attempts, queuedAt, now } = job
  const id = await deadLetterId(jobId, queuedAt)
  await db
    .prepare(
      `INSERT OR IGNORE INTO dead_letters (id, queue, body, reason, attempts, queued_at, created_at)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)`,
    )
    .bind(id, queue, body, reason, attempts, queuedAt, now)
    .run()
}

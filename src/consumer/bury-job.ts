import type { LimitFunction } from 'p-limit'
import { keepDeadLetter } from '../db/keep-dead-letter.ts'
import { retrySeconds } from '../domain/retry-wait.ts'

export interface BurialDeps {
  db: D1Database
  dbSlots: LimitFunction
  now: () => number
}

/** A job that can never be done goes where a person finds it; if that fails, the queue keeps it. */
export async function buryJob(
  message: Message,
  queue: string,
  reason: string,
  { db, dbSlots, now }: BurialDeps,
): Promise<void> {
  try {
    await dbSlots(() =>
      keepDeadLetter(db, {
        jobId: message.id,
        queue,
        body: JSON.stringify(message.body) ?? 'null',
        reason,
        attempts: message.attempts,
        queuedAt: message.timestamp.getTime(),
        now: now(),
      }),
    )
    console.error('job buried', { jobId: message.id, queue, reason })
    message.ack()
  } catch (error) {
    console.error('job not buried', { jobId: message.id, queue, error: String(error) })
    message.retry({ delaySeconds: retrySeconds(message.attempts) })
  }
}

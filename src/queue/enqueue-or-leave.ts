import type { DueEmail, SendQueue } from './enqueue.ts'

/** The rows are written: a queue that is away costs the emails time, not the caller an answer. */
export async function enqueueOrLeave(
  emails: DueEmail[],
  now: number,
  queue: SendQueue,
): Promise<void> {
  if (emails.length === 0) return
  try {
    await queue.enqueue(emails, now)
  } catch (error) {
    console.error('jobs left to the sweeper', {
      emails: emails.length,
      firstId: emails[0]?.id,
      error: String(error),
    })
  }
}

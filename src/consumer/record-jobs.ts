import pLimit from 'p-limit'
import { type Recording, recordEvents } from '../db/record-events.ts'
import { eventJob } from '../queue/jobs.ts'
import { claimToken } from '../domain/attempt.ts'
import { retrySeconds } from '../domain/retry-wait.ts'
import { buryJob } from './bury-job.ts'

export interface RecordDeps {
  db: D1Database
  now: () => number
  random: (bytes: number) => Uint8Array
  minuteMs: number
  pause?: Recording['pause']
}

/** A batch of the events queue: one D1 batch for all of it. Acks or retries every message, never throws. */
export async function recordJobs(batch: MessageBatch, deps: RecordDeps): Promise<void> {
  const dbSlots = pLimit(1)
  const jobs = []
  for (const message of batch.messages) {
    const parsed = eventJob.safeParse(message.body)
    if (parsed.success) jobs.push({ message, events: parsed.data.events })
    else await buryJob(message, batch.queue, 'not an event job', { ...deps, dbSlots })
  }
  if (jobs.length === 0) return
  try {
    await recordEvents(
      deps.db,
      jobs.flatMap(({ events }) => events),
      {
        now: deps.now(),
        minuteMs: deps.minuteMs,
        newRecording: () => claimToken(deps.random(8)),
        pause: deps.pause,
      },
    )
    console.info('events recorded', { jobs: jobs.length })
    for (const { message } of jobs) message.ack()
  } catch (error) {
    console.warn('events not recorded', { jobs: jobs.length, error: String(error) })
    for (const { message } of jobs) message.retry({ delaySeconds: retrySeconds(message.attempts) })
  }
}

/** A batch of a dead-letter queue. */
export async function buryJobs(
  batch: MessageBatch,
  deps: Pick<RecordDeps, 'db' | 'now'>,
): Promise<void> {
  const dbSlots = pLimit(1)
  for (const message of batch.messages) {
    const queue = batch.queue.replace(/-dead$/, '')
    await buryJob(message, queue, 'every delivery failed', { ...deps, dbSlots })
  }
}

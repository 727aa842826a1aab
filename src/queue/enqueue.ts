import { RECIPIENTS_A_CALL } from '../domain/ses-limits.ts'
import type { Priority } from '../domain/priority.ts'
import type { EventJob, RangeJob, SendJob } from './jobs.ts'

/** Production's cap on delaySeconds; what is due later is the sweeper's. */
export const MAX_DELAY_SECONDS = 12 * 60 * 60

/** Queues take at most 100 messages a sendBatch; a job of 50 ids is some 4 KB, far below 256 KB together. */
const MAX_BATCH = 50

export interface DueEmail {
  id: string
  recipients: number
  priority: Priority
  /** Epoch milliseconds; null: now. */
  dueAt: number | null
}

export interface SendQueue {
  /** Emails due more than twelve hours ahead get no job. Throws when a queue is away; the sweeper re-issues. */
  enqueue(emails: DueEmail[], now: number): Promise<void>
}

/** Transactional mail and mail nobody waits for have queues of their own: a password reset never stands behind a campaign. */
export function sendQueue(send: Queue<SendJob>, broadcast: Queue<SendJob | RangeJob>): SendQueue {
  return {
    async enqueue(emails, now) {
      const bulk = emails.filter((email) => email.priority === 'bulk')
      const others = emails.filter((email) => email.priority !== 'bulk')
      await put(send, others, now)
      await put(broadcast, bulk, now)
    },
  }
}

export interface RangeQueue {
  /** Throws when the queue is away; the sweeper re-issues ranges that were released and not finished. */
  enqueue(ranges: Omit<RangeJob, 'version'>[]): Promise<void>
}

/** A range job is some 200 bytes: a hundred of them are far below what a batch may hold. */
const MAX_RANGES = 100

export function rangeQueue(broadcast: Queue<SendJob | RangeJob>): RangeQueue {
  return {
    async enqueue(ranges) {
      for (let start = 0; start < ranges.length; start += MAX_RANGES) {
        const part = ranges.slice(start, start + MAX_RANGES)
        await broadcast.sendBatch(part.map((range) => ({ body: { version: 1, ...range } })))
      }
    },
  }
}

export interface EventQueue {
  enqueue(job: EventJob): Promise<void>
}

export function eventQueue(events: Queue<EventJob>): EventQueue {
  return {
    async enqueue(job) {
      await events.send(job)
    },
  }
}

async function put(
  queue: { sendBatch: Queue<SendJob>['sendBatch'] },
  emails: DueEmail[],
  now: number,
): Promise<void> {
  const messages = jobsFor(emails, now)
  for (let start = 0; start < messages.length; start += MAX_BATCH) {
    await queue.sendBatch(messages.slice(start, start + MAX_BATCH))
  }
}

interface Message {
  body: SendJob
  delaySeconds: number
}

/** One job per priority and delay, 50 emails each; a high email has a job of its own. */
export function jobsFor(emails: DueEmail[], now: number): Message[] {
  const groups = Map.groupBy(
    emails.filter((email) => delayOf(email, now) <= MAX_DELAY_SECONDS),
    (email) => (email.priority === 'high' ? email.id : `${email.priority} ${delayOf(email, now)}`),
  )
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    const jobs: Message[] = []
    for (let start = 0; start < group.length; start += RECIPIENTS_A_CALL) {
      const part = group.slice(start, start + RECIPIENTS_A_CALL)
      jobs.push({
        body: {
          version: 1,
          priority: first.priority,
          emails: part.map(({ id, recipients }) => ({ id, recipients })),
        },
        delaySeconds: delayOf(first, now),
      })
    }
    return jobs
  })
}

/** Rounded up: a job that came a moment early would find nothing due. */
function delayOf(email: DueEmail, now: number): number {
  return email.dueAt === null ? 0 : Math.max(0, Math.ceil((email.dueAt - now) / 1000))
}

import pLimit from 'p-limit'
import { claimToken } from '../domain/attempt.ts'
import type { Priority } from '../domain/priority.ts'
import { type SendJob, sendJob } from '../queue/jobs.ts'
import { buryJob } from './bury-job.ts'
import { outcomeWriter } from './outcome-writer.ts'
import { queryBudget } from './query-budget.ts'
import { sendPortion } from './send-portion.ts'
import type { Job, SendDeps, Sending } from './sending.ts'

/** Cloudflare: six connections waiting for an answer, and six to D1, an invocation. */
const OPEN_CALLS = 6
const MAX_RECIPIENTS = 50

/**
 * A batch of the send or broadcast queue. Acks or retries every message itself and never throws:
 * one escaping error would redeliver its neighbours too.
 */
export async function sendJobs(batch: MessageBatch, deps: SendDeps): Promise<void> {
  const sending: Sending = {
    ...deps,
    callSlots: pLimit(OPEN_CALLS),
    largeSlots: pLimit(1),
    dbSlots: pLimit(OPEN_CALLS),
    queries: queryBudget(),
    newToken: () => claimToken(deps.random(8)),
    chance: () => (deps.random(1)[0] ?? 0) / 256,
  }
  const writer = outcomeWriter(sending, deps.sleep)
  const jobs: Job[] = []
  for (const message of batch.messages) {
    const parsed = sendJob.safeParse(message.body)
    if (parsed.success) jobs.push({ message, job: parsed.data })
    else
      await buryJob(message, batch.queue, 'not a send job', { ...deps, dbSlots: sending.dbSlots })
  }
  const portionSlots = pLimit(OPEN_CALLS)
  await Promise.all(
    portions(jobs).map((portion) =>
      portionSlots(async () => {
        try {
          await sendPortion(portion, { ...deps, sending, writer })
        } catch (error) {
          console.error('jobs put back', { jobs: portion.length, error: String(error) })
          for (const { message } of portion) message.retry({ delaySeconds: 30 })
        }
      }),
    ),
  )
}

const ORDER: Record<Priority, number> = { high: 0, normal: 1, bulk: 2 }

/** Jobs of one priority up to one call's recipients, the most urgent first. */
function portions(jobs: Job[]): Job[][] {
  const sorted = jobs.toSorted((a, b) => ORDER[a.job.priority] - ORDER[b.job.priority])
  const result: Job[][] = []
  let size = 0
  for (const job of sorted) {
    const last = result.at(-1)
    const recipients = recipientsOf(job.job)
    if (last?.[0]?.job.priority === job.job.priority && size + recipients <= MAX_RECIPIENTS) {
      last.push(job)
      size += recipients
    } else {
      result.push([job])
      size = recipients
    }
  }
  return result
}

function recipientsOf(job: SendJob): number {
  return job.emails.reduce((sum, { recipients }) => sum + recipients, 0)
}

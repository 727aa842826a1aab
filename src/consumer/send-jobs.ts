import pLimit from 'p-limit'
import { claimToken } from '../domain/attempt.ts'
import { RECIPIENTS_A_CALL } from '../domain/ses-limits.ts'
import type { Priority } from '../domain/priority.ts'
import { rangeJob, type SendJob, sendJob } from '../queue/jobs.ts'
import { departures } from './departures.ts'
import { buryJob } from './bury-job.ts'
import { outcomeWriter } from './outcome-writer.ts'
import { broadcastContents } from './broadcast-content.ts'
import { queryBudget } from './query-budget.ts'
import { sendPortion } from './send-portion.ts'
import { type RangeMessage, sendRanges } from './send-ranges.ts'
import type { Job, SendDeps, Sending } from './sending.ts'

/** Cloudflare: six connections waiting for an answer, and six to D1, an invocation. */
const OPEN_CALLS = 6
/** As many again are rendered and signed meanwhile; nobody hears of those when we crash. */
const READY_CALLS = 2 * OPEN_CALLS

/**
 * A batch of the send or broadcast queue. Acks or retries every message itself and never throws:
 * one escaping error would redeliver its neighbours too.
 */
export async function sendJobs(batch: MessageBatch, deps: SendDeps): Promise<void> {
  const dbSlots = pLimit(OPEN_CALLS)
  const sending: Sending = {
    ...deps,
    callSlots: pLimit(OPEN_CALLS),
    readySlots: pLimit(READY_CALLS),
    markedSlots: pLimit(OPEN_CALLS),
    largeSlots: pLimit(1),
    dbSlots,
    departures: departures(deps),
    queries: queryBudget(),
    broadcastContent: broadcastContents(deps.db, dbSlots, deps.settings),
    newToken: () => claimToken(deps.random(8)),
    chance: () => (deps.random(1)[0] ?? 0) / 256,
  }
  const invocation = { ...deps, sending, writer: outcomeWriter(sending, deps.sleep) }
  const jobs: Job[] = []
  const ranges: RangeMessage[] = []
  for (const message of batch.messages) {
    const send = sendJob.safeParse(message.body)
    const range = rangeJob.safeParse(message.body)
    if (send.success) jobs.push({ message, job: send.data })
    else if (range.success) ranges.push({ message, job: range.data })
    else await buryJob(message, batch.queue, 'not a send job', { ...deps, dbSlots })
  }
  const portionSlots = pLimit(OPEN_CALLS)
  await Promise.all([
    ...portions(jobs).map((portion) =>
      portionSlots(() => putBackOnError(portion, () => sendPortion(portion, invocation))),
    ),
    putBackOnError(ranges, () => sendRanges(ranges, invocation)),
  ])
}

async function putBackOnError(
  jobs: { message: Message }[],
  send: () => Promise<void>,
): Promise<void> {
  try {
    await send()
  } catch (error) {
    console.error('jobs put back', { jobs: jobs.length, error: String(error) })
    for (const { message } of jobs) message.retry({ delaySeconds: 30 })
  }
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
    if (last?.[0]?.job.priority === job.job.priority && size + recipients <= RECIPIENTS_A_CALL) {
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

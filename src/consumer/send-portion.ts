import { deferEmails } from '../db/defer-emails.ts'
import type { Priority } from '../domain/priority.ts'
import type { SendJob } from '../queue/jobs.ts'
import type { Grant } from '../governor/pace.ts'
import { claimGranted } from './claim-granted.ts'
import { makeCalls } from './make-calls.ts'
import { CLAIM_QUERIES } from './query-budget.ts'
import type { Invocation, Job, Pacing } from './sending.ts'

const SECOND = 1000
/** For an invocation that has made as many queries as it may. */
const SOON = { waitMs: SECOND }
/** A wait this short is waited out here; a longer one goes back to the queue. */
const SHORT_WAIT = SECOND
/** A longer one is no matter of the queue: the row gets a time and the sweeper takes it up. */
const LONG_WAIT = 60 * SECOND
/** So long a portion may stand before others in the queue, all its short waits together. */
const PATIENCE = 5 * SECOND
/** Far from the queue's last retry: a job that has waited this often is left to the sweeper. */
const MAX_RETRIES = 50

type Wanted = SendJob['emails'][number]

/** Governor first, then claim: takes what is granted of the portion until nothing is left or it has to wait. */
export async function sendPortion(portion: Job[], deps: Invocation): Promise<void> {
  const [first] = portion
  if (first === undefined) return
  const priority = first.job.priority
  let wanted = portion.flatMap(({ job }) => job.emails)
  let patience = PATIENCE
  while (wanted.length > 0) {
    if (!deps.sending.queries.take(CLAIM_QUERIES)) return putOff(portion, wanted, SOON, deps)
    const grant = await ask(wanted, priority, deps.governor)
    if (grant.granted > 0) {
      const part = prefix(wanted, grant.granted)
      wanted = wanted.slice(part.length)
      await sendGranted(part, grant, deps)
    } else if (grant.waitMs <= SHORT_WAIT && patience > 0) {
      patience -= Math.max(grant.waitMs, 1)
      await deps.sleep(grant.waitMs)
    } else {
      return putOff(portion, wanted, grant, deps)
    }
  }
  for (const { message } of portion) message.ack()
}

function ask(wanted: Wanted[], priority: Priority, governor: Pacing): Promise<Grant> {
  const want = wanted.reduce((sum, { recipients }) => sum + recipients, 0)
  return governor.take({ class: priority, want, atLeast: wanted[0]?.recipients ?? 1 })
}

/** The emails that fit into the grant; the first goes even when it is larger, and leaves debt. */
function prefix(wanted: Wanted[], granted: number): Wanted[] {
  let size = 0
  const end = wanted.findIndex(({ recipients }) => (size += recipients) > granted)
  return end === -1 ? wanted : wanted.slice(0, Math.max(1, end))
}

async function putOff(
  portion: Job[],
  wanted: Wanted[],
  { waitMs, reason = 'waiting for its turn' }: Pick<Grant, 'waitMs' | 'reason'>,
  deps: Invocation,
): Promise<void> {
  const left = new Set(wanted.map(({ id }) => id))
  const unfinished = portion.filter(({ job }) => job.emails.some(({ id }) => left.has(id)))
  const deferred = unfinished.filter(
    ({ message }) => waitMs > LONG_WAIT || message.attempts > MAX_RETRIES,
  )
  if (deferred.length > 0) {
    const ids = deferred.flatMap(({ job }) => job.emails).map(({ id }) => id)
    const waiting = ids.filter((id) => left.has(id))
    await deps.sending.dbSlots(() => deferEmails(deps.db, waiting, deps.now() + waitMs, reason))
  }
  const again = new Set(unfinished.filter((job) => !deferred.includes(job)))
  for (const job of portion) {
    if (again.has(job)) {
      job.message.retry({ delaySeconds: Math.max(1, Math.ceil(waitMs / SECOND)) })
    } else job.message.ack()
  }
}

async function sendGranted(part: Wanted[], grant: Grant, deps: Invocation): Promise<void> {
  const claimed = await claimGranted({ ids: part.map(({ id }) => id) }, grant, deps)
  await makeCalls(claimed, grant, deps)
}

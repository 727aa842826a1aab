import { claimEmails } from '../db/claim-emails.ts'
import { deferEmails } from '../db/defer-emails.ts'
import { leaveOut } from '../db/leave-out.ts'
import { readOutlines } from '../db/read-contents.ts'
import type { RecordedOutcome } from '../db/record-outcomes.ts'
import { causeOf, type Verdict } from '../domain/outcome.ts'
import { planCalls } from '../domain/plan-calls.ts'
import type { Priority } from '../domain/priority.ts'
import type { SendJob } from '../queue/jobs.ts'
import { makeCall } from './make-call.ts'
import type { OutcomeWriter } from './outcome-writer.ts'
import { prepareEmails } from './prepare-emails.ts'
import { CLAIM_QUERIES } from './query-budget.ts'
import type { Grant } from '../governor/pace.ts'
import type { Job, Pacing, SendDeps, Sending } from './sending.ts'

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

export interface PortionDeps extends SendDeps {
  sending: Sending
  writer: OutcomeWriter
}

type Wanted = SendJob['emails'][number]

/** Governor first, then claim: takes what is granted of the portion until nothing is left or it has to wait. */
export async function sendPortion(portion: Job[], deps: PortionDeps): Promise<void> {
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
      await sendGranted(part, priority, { recipients: grant.granted, at: grant.at }, deps)
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
  deps: PortionDeps,
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

/** What was granted and not asked of SES goes back, whatever happened: else an hour without D1 would spend the quota of a day. */
async function sendGranted(
  part: Wanted[],
  priority: Priority,
  granted: { recipients: number; at: number },
  deps: PortionDeps,
): Promise<void> {
  const called = { recipients: 0 }
  try {
    await claimAndCall(part, priority, called, deps)
  } finally {
    const unused = granted.recipients - called.recipients
    if (unused > 0) await deps.governor.giveBack({ recipients: unused, at: granted.at })
  }
}

async function claimAndCall(
  part: Wanted[],
  priority: Priority,
  called: { recipients: number },
  deps: PortionDeps,
): Promise<void> {
  const { sending, db, governor } = deps
  const token = sending.newToken()
  const claimed = await sending.dbSlots(() =>
    claimEmails(db, {
      ids: part.map(({ id }) => id),
      now: deps.now(),
      token,
      leaseMs: sending.settings.leaseMs,
    }),
  )
  for (const { id, attempt, state, reason } of claimed.emails) {
    if (state !== 'sending') console.info('email ended', { emailId: id, attempt, state, reason })
  }
  const sendable = claimed.emails.filter(({ state }) => state === 'sending')
  if (sendable.length === 0) return

  const outlines = await sending.dbSlots(() =>
    readOutlines(
      db,
      sendable.map(({ content_id }) => content_id),
    ),
  )
  const { ready, ended, leftOut } = prepareEmails(
    claimed,
    outlines,
    sending.settings.recipientPolicy,
  )
  if (leftOut.length > 0) await sending.dbSlots(() => leaveOut(db, leftOut))
  let calls = 0
  await Promise.all([
    deps.writer.add(ended),
    ...planCalls(ready).map(async (planned) => {
      for (const made of await makeCall(planned, () => calls++, sending)) {
        called.recipients += made.called
        await Promise.all([
          tell(made.verdicts, governor),
          deps.writer.add(made.outcomes).then(() => requeue(made.outcomes, part, priority, deps)),
        ])
        for (const outcome of made.outcomes) {
          const { type, id, attempt } = outcome
          const cause = 'reason' in outcome ? causeOf(outcome.reason) : undefined
          console.info(`email ${type}`, { emailId: id, attempt, cause })
        }
      }
    }),
  ])
}

/** What the account said, once a call. */
async function tell(verdicts: Verdict[], governor: Pacing): Promise<void> {
  const refused = verdicts.find((verdict) => verdict.type === 'template refused')
  if (refused !== undefined) {
    console.warn('shared call refused, its emails go one by one', { emails: verdicts.length })
  }
  const stopped = verdicts.find((verdict) => verdict.type === 'stopped')
  if (stopped !== undefined) {
    await governor.report({ type: 'stopped', reason: causeOf(stopped.reason), seconds: 60 })
  } else if (verdicts.some(({ type }) => type === 'quota spent')) {
    await governor.report({ type: 'quota spent' })
  } else if (verdicts.some(({ type }) => type === 'throttled')) {
    await governor.report({ type: 'throttled' })
  }
}

/** Emails to be tried again get a job for their time; if that is lost the sweeper re-issues it. */
async function requeue(
  outcomes: RecordedOutcome[],
  part: Wanted[],
  priority: Priority,
  deps: PortionDeps,
): Promise<void> {
  const again = outcomes.filter((outcome) => outcome.type === 'refused' && outcome.final === 0)
  if (again.length === 0) return
  const recipients = new Map(part.map((wanted) => [wanted.id, wanted.recipients]))
  try {
    await deps.sending.callSlots(() =>
      deps.queue.enqueue(
        again.map((outcome) => ({
          id: outcome.id,
          recipients: recipients.get(outcome.id) ?? 1,
          priority,
          dueAt: outcome.type === 'refused' ? outcome.retryAt : null,
        })),
        deps.now(),
      ),
    )
  } catch (error) {
    console.warn('retry not queued', { emails: again.length, error: String(error) })
  }
}

import type { Claimed, ClaimedEmail } from '../db/claim-emails.ts'
import { isSuppressed } from '../db/is-suppressed.ts'
import type { RecordedOutcome } from '../db/record-outcomes.ts'
import type { Grant } from '../governor/pace.ts'
import { causeOf, type Verdict } from '../domain/outcome.ts'
import type { MadeCall } from './call-ses.ts'
import { planBroadcastCalls } from './plan-broadcast-calls.ts'
import { planOwnCalls } from './plan-own-calls.ts'
import type { Invocation, Pacing, Sending } from './sending.ts'

/** Calls that are ready to be made, and emails that end here without one. */
export interface Plan {
  calls: ((callNumber: () => number) => Promise<MadeCall[]>)[]
  ended: RecordedOutcome[]
}

/** All calls to SES that claimed emails need, each recorded as soon as it is answered. */
export async function makeCalls(claimed: Claimed, grant: Grant, deps: Invocation): Promise<void> {
  for (const { id, attempt, state, reason } of claimed.emails) {
    if (state !== 'sending') console.info('email ended', { emailId: id, attempt, state, reason })
  }
  const sendable = claimed.emails.filter(({ state }) => state === 'sending')
  let calls = 0
  let called = 0
  try {
    const nowhere = await leadsNowhere(deps.sending)
    // A canary is no recipient's email and goes where it was meant to.
    const stays = ({ canary }: ClaimedEmail) => nowhere && canary === 0
    const going = sendable.filter((email) => !stays(email))
    const plans = await Promise.all([
      planOwnCalls({ ...claimed, emails: going }, grant, deps.sending),
      planBroadcastCalls(going, grant, deps.sending),
    ])
    await Promise.all([
      deps.writer.add(sendable.filter(stays).map(suppressed)),
      ...plans.flatMap(({ calls: planned, ended }) => [
        deps.writer.add(ended),
        ...planned.map(async (make) => {
          for (const made of await make(() => calls++)) {
            called += made.called
            tellLog(made.outcomes)
            await Promise.all([
              tell(made.verdicts, deps.governor),
              deps.writer.add(made.outcomes).then(() => requeue(made.outcomes, sendable, deps)),
            ])
          }
        }),
      ]),
    ])
  } finally {
    const unused = grant.granted - called
    if (unused > 0) await deps.governor.giveBack({ recipients: unused, at: grant.at })
  }
}

/** The claim asks for the address that was meant; a policy that redirects sends to another. */
async function leadsNowhere({ db, dbSlots, settings, now }: Sending): Promise<boolean> {
  const { recipientPolicy } = settings
  if (recipientPolicy.type !== 'redirect') return false
  return await dbSlots(() => isSuppressed(db, recipientPolicy.address, now()))
}

function suppressed({ id, attempt }: ClaimedEmail): RecordedOutcome {
  return {
    type: 'suppressed',
    id,
    attempt,
    reason: 'the address it is redirected to is suppressed',
  }
}

/** Accepted emails of a call share a line; every other outcome has its own. */
function tellLog(outcomes: RecordedOutcome[]): void {
  const accepted = outcomes.filter(({ type }) => type === 'accepted')
  const [first] = accepted
  if (first !== undefined) {
    console.info('emails accepted', { emails: accepted.length, attempt: first.attempt })
  }
  for (const outcome of outcomes) {
    if (outcome.type === 'accepted') continue
    const { type, id, attempt, reason } = outcome
    console.info(`email ${type}`, { emailId: id, attempt, cause: causeOf(reason) })
  }
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
  claimed: ClaimedEmail[],
  { sending, queue, now }: Invocation,
): Promise<void> {
  const again = new Map<string, number>()
  for (const outcome of outcomes) {
    if (outcome.type === 'refused' && outcome.final === 0) again.set(outcome.id, outcome.retryAt)
  }
  if (again.size === 0) return
  const due = claimed.flatMap(({ id, recipient_count, priority }) => {
    const dueAt = again.get(id)
    return dueAt === undefined ? [] : [{ id, recipients: recipient_count, priority, dueAt }]
  })
  try {
    await sending.callSlots(() => queue.enqueue(due, now()))
  } catch (error) {
    console.warn('retry not queued', { emails: again.size, error: String(error) })
  }
}

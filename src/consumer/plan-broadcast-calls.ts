import type { ClaimedEmail } from '../db/claim-emails.ts'
import type { RecordedOutcome } from '../db/record-outcomes.ts'
import { listUnsubscribe } from '../domain/list-unsubscribe.ts'
import { MAX_TEMPLATE_DATA, RECIPIENTS_A_CALL } from '../domain/ses-limits.ts'
import { deliverTo } from '../domain/recipient-policy.ts'
import type { BroadcastContent } from './broadcast-content.ts'
import { type BroadcastEmail, prepareBroadcast } from './broadcast-request.ts'
import type { Turn } from './departures.ts'
import type { MadeCall } from './call-ses.ts'
import { makeCall } from './make-call.ts'
import type { Plan } from './make-calls.ts'
import { NOT_ALLOWED, redirectedFrom } from './prepare-emails.ts'
import type { Sending } from './sending.ts'

/** Emails of broadcasts: one template, 50 recipients a call, each entry brings its slots. */
export async function planBroadcastCalls(
  emails: ClaimedEmail[],
  turn: Turn,
  sending: Sending,
): Promise<Plan> {
  const plan: Plan = { calls: [], ended: [] }
  const grouped = Map.groupBy(emails, ({ broadcast_id }) => broadcast_id)
  for (const [broadcastId, own] of grouped) {
    if (broadcastId === null) continue
    const content = await sending.broadcastContent(broadcastId)
    if (content === null) {
      plan.ended.push(...own.map((claimed) => ended(claimed, 'its content is gone')))
      continue
    }
    let before: Promise<unknown> = Promise.resolve()
    for (let start = 0; start < own.length; start += RECIPIENTS_A_CALL) {
      const part = own.slice(start, start + RECIPIENTS_A_CALL)
      // One after the other and with a pause: rendered all at once, they would keep answers waiting.
      const rendered = before
        .then(() => sending.sleep(0))
        .then(() => rendering(part, content, sending))
      before = rendered
      plan.calls.push(async (callNumber) =>
        callsWith(await rendered, { content, turn }, callNumber, sending),
      )
    }
  }
  return plan
}

/** Of all calls of a claim. */
interface Shared {
  content: BroadcastContent
  turn: Turn
}

interface Rendering {
  ready: BroadcastEmail[]
  ended: RecordedOutcome[]
}

function rendering(part: ClaimedEmail[], content: BroadcastContent, sending: Sending): Rendering {
  const rendered: Rendering = { ready: [], ended: [] }
  for (const claimed of part) {
    const email = readyEmail(claimed, content, sending)
    if (typeof email === 'string') rendered.ended.push(ended(claimed, email))
    else rendered.ready.push(email)
  }
  return rendered
}

async function callsWith(
  { ready, ended: without }: Rendering,
  shared: Shared,
  callNumber: () => number,
  sending: Sending,
): Promise<MadeCall[]> {
  const made = await Promise.all(callsOf(ready, shared, sending).map((make) => make(callNumber)))
  return [{ outcomes: without, verdicts: [], called: 0 }, ...made.flat()]
}

function callsOf(
  ready: BroadcastEmail[],
  { content, turn }: Shared,
  sending: Sending,
): Plan['calls'] {
  const shared = ready.filter(({ alone }) => !alone)
  const parts = ready.filter(({ alone }) => alone).map((email) => [email])
  for (let start = 0; start < shared.length; start += RECIPIENTS_A_CALL) {
    parts.push(shared.slice(start, start + RECIPIENTS_A_CALL))
  }
  const bytes = content.attachments.reduce((sum, { size }) => sum + size, 0)
  return parts.map((part) => {
    const form = part[0]?.alone === true ? 'SendEmail' : 'SendBulkEmail'
    return (callNumber) =>
      makeCall(
        {
          form,
          emails: part,
          bytes,
          turn,
          prepare: (as, some) => prepareBroadcast(as, some, content, sending),
        },
        callNumber,
        sending,
      )
  })
}

/** A sentence: why it cannot go. */
function readyEmail(
  claimed: ClaimedEmail,
  content: BroadcastContent,
  sending: Sending,
): BroadcastEmail | string {
  const address = claimed.address ?? ''
  const { recipientPolicy } = sending.settings
  const to = deliverTo(recipientPolicy, address)
  if (to === null) return NOT_ALLOWED
  const unsubscribeUrl = sending.unsubscribeUrl({
    address,
    emailId: claimed.id,
    topicId: content.topicId,
  })
  const values = {
    recipient: { address, name: claimed.name, variables: claimed.variables },
    unsubscribeUrl,
    pixelUrl: content.pixel ? sending.pixelUrl(claimed.attempt) : null,
    trackLink: sending.trackLink(claimed.attempt),
  }
  const rendered = content.slots(values)
  if (rendered.type === 'refused') return rendered.reason
  const size = Object.values(rendered.slots).reduce((sum, slot) => sum + slot.length, 0)
  return {
    claimed,
    recipient_count: 1,
    alone: claimed.alone === 1 || size * 2 > MAX_TEMPLATE_DATA,
    destination: { address: to, name: claimed.name, kind: 'to' },
    headers: [
      ...listUnsubscribe(unsubscribeUrl),
      ...(recipientPolicy.type === 'redirect' ? [redirectedFrom([address])] : []),
    ],
    values,
    slots: rendered.slots,
  }
}

/** Never called: the recipient policy makes it `suppressed`, everything else `failed`. */
function ended({ id, attempt }: ClaimedEmail, reason: string): RecordedOutcome {
  if (reason === NOT_ALLOWED) return { type: 'suppressed', id, attempt, reason }
  return {
    type: 'refused',
    id,
    attempt,
    reason,
    retryAt: 0,
    counts: 1,
    final: 1,
    alone: 0,
  }
}

import type { Claimed } from '../db/claim-emails.ts'
import { leaveOut } from '../db/leave-out.ts'
import { readOutlines } from '../db/read-contents.ts'
import { planCalls } from '../domain/plan-calls.ts'
import type { Turn } from './departures.ts'
import { makeCall } from './make-call.ts'
import type { Plan } from './make-calls.ts'
import { prepareEmails } from './prepare-emails.ts'
import { prepareRequest, sizeOf } from './prepare-request.ts'
import type { Sending } from './sending.ts'

/** Emails with a content of their own: those that agree share a call. */
export async function planOwnCalls(claimed: Claimed, turn: Turn, sending: Sending): Promise<Plan> {
  const emails = claimed.emails.filter(
    ({ state, broadcast_id }) => state === 'sending' && broadcast_id === null,
  )
  if (emails.length === 0) return { calls: [], ended: [] }
  const outlines = await sending.dbSlots(() =>
    readOutlines(
      sending.db,
      emails.map(({ content_id }) => content_id),
    ),
  )
  const { ready, ended, leftOut } = prepareEmails(
    { ...claimed, emails },
    outlines,
    sending.settings.recipientPolicy,
  )
  if (leftOut.length > 0) await sending.dbSlots(() => leaveOut(sending.db, leftOut))
  const calls = planCalls(ready).map((planned): Plan['calls'][number] => {
    const bytes = sizeOf(planned.emails)
    return (callNumber) =>
      makeCall(
        {
          ...planned,
          bytes,
          turn,
          prepare: (form, part) => prepareRequest(form, part, sending),
        },
        callNumber,
        sending,
      )
  })
  return { calls, ended }
}

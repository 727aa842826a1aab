import type { Claimed, ClaimedEmail } from '../db/claim-emails.ts'
import type { LeftOut } from '../db/leave-out.ts'
import type { RecordedOutcome } from '../db/record-outcomes.ts'
import type { NameValue, Outline } from '../domain/content.ts'
import type { Sendable } from '../domain/plan-calls.ts'
import { deliverTo, type RecipientPolicy } from '../domain/recipient-policy.ts'
import { MAX_HEADER_VALUE } from '../domain/ses-limits.ts'
import type { Destination } from './build-request.ts'

/** A claimed email that may be sent, with where it really goes. */
export interface PreparedEmail extends Sendable {
  claimed: ClaimedEmail
  destinations: Destination[]
  extraHeaders: NameValue[]
}

export interface Preparation {
  ready: PreparedEmail[]
  /** Ended here: no one it may go to, or its content is gone. */
  ended: RecordedOutcome[]
  leftOut: LeftOut[]
}

/** Why an email ends that may go to none of its recipients. */
export const NOT_ALLOWED = 'the recipient policy of this environment'

/** Joins claimed emails with content and recipients, under the environment's recipient policy. */
export function prepareEmails(
  { emails, recipients }: Claimed,
  outlines: Map<string, Outline>,
  policy: RecipientPolicy,
): Preparation {
  const several = Map.groupBy(recipients, ({ email_id }) => email_id)
  const preparation: Preparation = { ready: [], ended: [], leftOut: [] }
  for (const claimed of emails.filter(({ state }) => state === 'sending')) {
    const outline = outlines.get(claimed.content_id)
    const { id, attempt } = claimed
    if (outline === undefined || isForgotten(outline)) {
      preparation.ended.push({
        type: 'refused',
        id,
        attempt,
        reason: 'its content is gone',
        retryAt: 0,
        counts: 1,
        final: 1,
        alone: 0,
      })
      continue
    }
    const meant: Destination[] =
      claimed.address === null
        ? (several.get(id) ?? [])
        : [{ address: claimed.address, name: claimed.name, kind: 'to' }]
    const destinations = claimed.canary === 1 ? meant : delivered(meant, policy)
    if (policy.type === 'allow' && claimed.canary === 0 && claimed.address === null) {
      const kept = new Set(destinations.map(({ address }) => address))
      for (const { address } of meant.filter((each) => !kept.has(each.address))) {
        preparation.leftOut.push({ email_id: id, address, reason: NOT_ALLOWED })
      }
    }
    if (!destinations.some(({ kind }) => kind === 'to')) {
      preparation.ended.push({ type: 'suppressed', id, attempt, reason: NOT_ALLOWED })
      continue
    }
    preparation.ready.push({
      ...claimed,
      recipient_count: destinations.length,
      alone: claimed.alone === 1,
      claimed,
      outline,
      destinations,
      extraHeaders:
        claimed.canary === 0 && policy.type === 'redirect'
          ? [redirectedFrom(meant.map(({ address }) => address))]
          : [],
    })
  }
  return preparation
}

/** Retention took its bodies; an email without any has at least an empty text. */
function isForgotten({ html_length, text_length }: Outline): boolean {
  return html_length === null && text_length === null
}

/** One mailbox gets one copy, however many recipients lead to it. */
function delivered(meant: Destination[], policy: RecipientPolicy): Destination[] {
  const byAddress = new Map<string, Destination>()
  for (const each of meant) {
    const address = deliverTo(policy, each.address)
    if (address !== null && !byAddress.has(address)) byAddress.set(address, { ...each, address })
  }
  return [...byAddress.values()]
}

/** Tells whoever reads a redirected email whom it was meant for. */
export function redirectedFrom(addresses: string[]): NameValue {
  const value = addresses.join(', ').slice(0, MAX_HEADER_VALUE)
  return { name: 'X-Aerogram-Redirected-From', value }
}

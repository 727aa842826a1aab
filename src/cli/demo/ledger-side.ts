import type { AskedEmail } from './ask.ts'
import { numbered, type Side } from './compare.ts'
import type { LedgerView } from './ledger-view.ts'

/** Bounces that SES answers without sending. */
const SUPPRESSED = new Set(['Suppressed', 'OnAccountSuppressionList'])
const ABOUT_ONE = new Set(['Delivery', 'Bounce', 'Complaint'])

/** What really happened, worked out without any of the product's rules. */
export function ledgerSide(asked: AskedEmail[], ledger: LedgerView): Side {
  const askedIds = new Set(asked.map(({ id }) => id))
  // Nobody asked for a canary.
  const accepted = ledger.accepted.map(withId).filter(({ id }) => askedIds.has(id))
  const told = ledger.events
    .map(withId)
    .filter(({ id, lost }) => askedIds.has(id) && !lost)
    .map((event) => ({ ...event, who: event.recipients.map((to) => `${event.id} ${to}`) }))
  const those = (are: (event: (typeof told)[number]) => boolean) =>
    new Set(told.filter(are).flatMap(({ who }) => who))
  const bounces = (kind: string, suppressed: boolean) =>
    those(
      ({ type, detail }) =>
        type === 'Bounce' &&
        detail.bounceType === kind &&
        SUPPRESSED.has(detail.bounceSubType ?? '') === suppressed,
    )
  const idOf = new Map(accepted.map(({ sesMessageId, id }) => [sesMessageId, id]))
  const loads = ledger.people.flatMap(({ sesMessageId, images }) =>
    images > 0 ? [idOf.get(sesMessageId) ?? sesMessageId] : [],
  )
  const opens = told.filter(({ type }) => type === 'Open').map(({ id }) => id)
  const sentTo = new Set(accepted.flatMap(({ id, to }) => to.map((address) => `${id} ${address}`)))

  return {
    'asked for': askedIds,
    // Accepted twice is one name more than the database can know.
    accepted: numbered(accepted.map(({ id }) => id)),
    sent: new Set(told.filter(({ type }) => type === 'Send').map(({ id }) => id)),
    delivered: those(({ type }) => type === 'Delivery'),
    bounced: bounces('Permanent', false),
    'bounced for now': bounces('Transient', false),
    complained: those(({ type }) => type === 'Complaint'),
    'suppressed by SES': bounces('Permanent', true),
    'suppressed by us': new Set(
      asked
        .flatMap(({ id, recipients }) => recipients.map((address) => `${id} ${address}`))
        .filter((who) => !sentTo.has(who)),
    ),
    opened: new Set([...opens, ...loads]),
    events: numbered([
      ...told.flatMap(({ type, id, who }) => {
        const what = type.toLowerCase().replace(' ', '_')
        return ABOUT_ONE.has(type) ? who.map((whom) => `${what} ${whom}`) : [`${what} ${id}`]
      }),
      ...loads.map((id) => `pixel ${id}`),
    ]),
  }
}

/** Attempt ids begin with the id of the email. */
function withId<T extends { attemptId: string | null }>(record: T): T & { id: string } {
  return { ...record, id: record.attemptId?.split('_')[0] ?? '' }
}

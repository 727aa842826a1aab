import { type Line, lineOf, numbered } from '../compare.ts'
import type { Left } from './leave.ts'
import type { TimedLedger } from './read-ledger.ts'
import type { BroadcastView, LedgerRow } from './views.ts'

const STATES = ['sent', 'in_doubt', 'unknown', 'failed', 'skipped', 'waiting'] as const
const UNSUBSCRIBED = 'the recipient has unsubscribed'
const SUPPRESSED = 'the address is suppressed'
export const LEFT_BEFORE = 'had left before'
/** Bounces that SES answers without sending. */
const SUPPRESSED_BY_SES = new Set(['Suppressed', 'OnAccountSuppressionList'])

/** To whom we write ourselves while an email is in doubt. */
const CANARY = 'success@simulator.amazonses.com'

/** What the demo itself did. Addresses. */
export interface Deeds {
  /** Epoch milliseconds, just before the broadcast was sent. */
  sentAt: number
  uploaded: readonly string[]
  /** Bounced or complained before it was sent. */
  suppressed: readonly string[]
  /** Left before they got it, by the link of an earlier email. */
  leftBefore: readonly Left[]
  /** Left by the link of this very broadcast. */
  leftThrough: readonly Left[]
}

/** The broadcast's own ledger and what really happened, recipient by recipient. */
export function compareBroadcast(
  rows: LedgerRow[],
  { progress, counts }: BroadcastView,
  ledger: TimedLedger,
  deeds: Deeds,
): Line[] {
  const those = (are: (row: LedgerRow) => unknown) =>
    new Set(rows.filter(are).map(({ email }) => email))
  const happened = happenings(rows, ledger, deeds.sentAt)
  const claimedAt = new Map(rows.map(({ email, claimed_at }) => [email, claimed_at]))
  // Who left before the claim must not get it; who was being sent to already may.
  const mustBeLeftOut = deeds.leftBefore.filter(
    ({ email, at }) => !happened.accepted.has(email) || Date.parse(claimedAt.get(email) ?? '') > at,
  )
  const got = new Set(happened.accepted.keys())

  return [
    stateLine(rows, progress),
    lineOf(
      'audience',
      those(() => true),
      new Set(deeds.uploaded),
    ),
    lineOf(
      'accepted by SES',
      new Set(
        rows.filter(({ state }) => state === 'sent').map(({ id, email }) => `${id} ${email}`),
      ),
      numbered(happened.copies),
    ),
    lineOf(
      'not sent',
      those(({ state }) => state !== 'sent'),
      new Set(deeds.uploaded).difference(got),
    ),
    lineOf(
      LEFT_BEFORE,
      those(({ state, reason }) => state === 'skipped' && reason === UNSUBSCRIBED),
      new Set(mustBeLeftOut.map(({ email }) => email)),
    ),
    lineOf(
      'were suppressed',
      those(({ state, reason }) => state === 'skipped' && reason === SUPPRESSED),
      new Set(deeds.suppressed),
    ),
    counted(
      'delivered',
      those((row) => row.delivered_at),
      happened.delivered,
      counts.delivered,
    ),
    counted(
      'bounced',
      those((row) => row.bounced_at),
      happened.bounced,
      counts.bounced,
    ),
    lineOf(
      'bounced for now',
      those((row) => row.transient_bounce_at),
      happened.transient,
    ),
    lineOf(
      'suppressed by SES',
      those((row) => row.suppressed_at),
      happened.suppressed,
    ),
    counted(
      'complained',
      those((row) => row.complained_at),
      happened.complained,
      counts.complained,
    ),
    counted(
      'opened',
      those((row) => row.opened_at),
      happened.opened,
      counts.opened,
    ),
    counted(
      'left through it',
      those((row) => row.unsubscribed_at),
      new Set(deeds.leftThrough.map(({ email }) => email)),
      counts.unsubscribed,
    ),
  ]
}

/** What the simulator knows of these emails, by address. */
function happenings(rows: LedgerRow[], { accepted, events, people }: TimedLedger, sentAt: number) {
  const ids = new Set(rows.map(({ id }) => id))
  // Nothing else is sent from then on: an email that the broadcast does not know is one too many.
  const ours = accepted.filter(
    ({ attemptId, at, to }) => ids.has(idOf(attemptId)) || (at >= sentAt && !to.includes(CANARY)),
  )
  const addressOf = new Map(ours.map(({ sesMessageId, to }) => [sesMessageId, to[0] ?? '']))
  const told = events.filter(({ attemptId, lost }) => !lost && ids.has(idOf(attemptId)))
  const whom = (are: (event: (typeof told)[number]) => boolean) =>
    new Set(told.filter(are).flatMap(({ recipients }) => recipients))
  const bounces = (kind: string, bySes: boolean) =>
    whom(
      ({ type, detail }) =>
        type === 'Bounce' &&
        detail.bounceType === kind &&
        SUPPRESSED_BY_SES.has(detail.bounceSubType ?? '') === bySes,
    )
  const loaded = people.flatMap(({ sesMessageId, images }) => {
    const address = addressOf.get(sesMessageId)
    return images > 0 && address !== undefined ? [address] : []
  })
  return {
    accepted: new Map(ours.map(({ to, attemptId }) => [to[0] ?? '', attemptId])),
    copies: ours.map(({ attemptId, to }) => `${idOf(attemptId)} ${to.join(' ')}`),
    delivered: whom(({ type }) => type === 'Delivery'),
    bounced: bounces('Permanent', false),
    transient: bounces('Transient', false),
    suppressed: bounces('Permanent', true),
    complained: whom(({ type }) => type === 'Complaint'),
    opened: whom(({ type }) => type === 'Open').union(new Set(loaded)),
  }
}

/** Attempt ids begin with the id of the email. */
function idOf(attemptId: string | null): string {
  return attemptId?.split('_')[0] ?? ''
}

/** The counter that a broadcast keeps has to say the same as its rows. */
function counted(name: string, told: Set<string>, happened: Set<string>, counter: number): Line {
  const line = lineOf(name, told, happened)
  if (counter !== told.size) line.differences.push(`the broadcast's counter says ${counter}`)
  return line
}

function stateLine(rows: LedgerRow[], progress: BroadcastView['progress']): Line {
  const told = { ...progress, skipped: progress.skipped.total }
  return {
    name: 'all states',
    database: STATES.reduce((sum, state) => sum + told[state], 0),
    ledger: rows.length,
    differences: STATES.flatMap((state) => {
      const count = rows.filter((row) => row.state === state).length
      return count === told[state] ? [] : [`${told[state]} ${state}, and ${count} such rows`]
    }),
  }
}

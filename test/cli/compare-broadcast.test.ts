import { expect, test } from 'vitest'
import { compareBroadcast, type Deeds } from '../../src/cli/demo/broadcast/compare.ts'
import type { TimedLedger } from '../../src/cli/demo/broadcast/read-ledger.ts'
import type { BroadcastView, LedgerRow } from '../../src/cli/demo/broadcast/views.ts'

const [ADA, BOB, EVE] = ['ada@example.com', 'bob@example.com', 'eve@example.com']
const SENT_AT = Date.UTC(2026, 10, 24, 12)

interface Story {
  rows: LedgerRow[]
  view: BroadcastView
  ledger: TimedLedger
  deeds: Deeds
}

/** Ada got it, Bob had left, Eve was suppressed. */
function story(): Story {
  return {
    rows: [
      row('one', ADA, {
        state: 'sent',
        claimed_at: time(1000),
        delivered_at: time(2000),
        opened_at: time(3000),
      }),
      row('two', BOB, { state: 'skipped', reason: 'the recipient has unsubscribed' }),
      row('three', EVE, { state: 'skipped', reason: 'the address is suppressed' }),
    ],
    view: {
      progress: {
        state: 'sent',
        reason: null,
        audience: 3,
        sent: 1,
        in_doubt: 0,
        unknown: 0,
        failed: 0,
        skipped: { total: 2 },
        waiting: 0,
        rate_now: 0,
        waiting_for: null,
      },
      counts: { delivered: 1, bounced: 0, complained: 0, opened: 1, unsubscribed: 0 },
    },
    ledger: {
      calls: [],
      accepted: [acceptance('one_1_abcdefgh', ADA)],
      events: [event('Delivery'), event('Open')],
      people: [],
    },
    deeds: {
      sentAt: SENT_AT,
      uploaded: [ADA, BOB, EVE],
      suppressed: [EVE],
      leftBefore: [{ email: BOB, at: SENT_AT + 500 }],
      leftThrough: [],
    },
  }
}

function row(id: string, email: string, known: Partial<LedgerRow>): LedgerRow {
  return {
    id,
    email,
    state: 'waiting',
    reason: null,
    claimed_at: null,
    delivered_at: null,
    bounced_at: null,
    transient_bounce_at: null,
    complained_at: null,
    opened_at: null,
    unsubscribed_at: null,
    suppressed_at: null,
    ...known,
  }
}

function acceptance(attemptId: string, to: string): TimedLedger['accepted'][number] {
  return { sesMessageId: attemptId, attemptId, to: [to], at: SENT_AT + 1500 }
}

function event(type: string): TimedLedger['events'][number] {
  return { type, attemptId: 'one_1_abcdefgh', recipients: [ADA], detail: {}, lost: false }
}

function time(after: number): string {
  return new Date(SENT_AT + after).toISOString()
}

function differing({ rows, view, ledger, deeds }: Story): Record<string, string[]> {
  return Object.fromEntries(
    compareBroadcast(rows, view, ledger, deeds)
      .filter(({ differences }) => differences.length > 0)
      .map(({ name, differences }) => [name, differences]),
  )
}

const stories: [string, (story: Story) => unknown, object][] = [
  ['two sides that tell the same story have no difference', () => undefined, {}],
  [
    'somebody who got it twice is seen',
    ({ ledger }) => ledger.accepted.push(acceptance('one_2_abcdefgh', ADA)),
    { 'accepted by SES': [`only in the ledger: one ${ADA} (2)`] },
  ],
  [
    'an email that the broadcast does not know is seen',
    ({ ledger }) => ledger.accepted.push(acceptance('four_1_abcdefgh', 'x@example.com')),
    { 'accepted by SES': ['only in the ledger: four x@example.com'] },
  ],
  [
    'somebody who left and was claimed after that is seen',
    ({ rows, view, ledger }) => {
      rows[1] = row('two', BOB, { state: 'sent', claimed_at: time(1000) })
      view.progress.sent = 2
      view.progress.skipped.total = 1
      ledger.accepted.push(acceptance('two_1_abcdefgh', BOB))
    },
    { 'had left before': [`only in the ledger: ${BOB}`] },
  ],
  [
    'somebody suppressed who got it is seen',
    ({ rows, view, ledger }) => {
      rows[2] = row('three', EVE, { state: 'sent', claimed_at: time(1000) })
      view.progress.sent = 2
      view.progress.skipped.total = 1
      ledger.accepted.push(acceptance('three_1_abcdefgh', EVE))
    },
    { 'were suppressed': [`only in the ledger: ${EVE}`] },
  ],
  [
    'a counter that does not say what the rows say is seen',
    ({ view }) => {
      view.counts.opened = 2
    },
    { opened: ["the broadcast's counter says 2"] },
  ],
  [
    'progress that does not say what the rows say is seen',
    ({ view }) => {
      view.progress.sent = 0
      view.progress.waiting = 1
    },
    { 'all states': ['0 sent, and 1 such rows', '1 waiting, and 0 such rows'] },
  ],
]

test.each(stories)('%s', (_, change, expected) => {
  const told = story()
  change(told)
  expect(differing(told)).toEqual(expected)
})

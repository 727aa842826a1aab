import { expect, test } from 'vitest'
import type { EmailRow, Evidence, Told } from './evidence.ts'
import { INVARIANTS } from './invariants/all.ts'
import { hold, type World } from './world.ts'

const ATTEMPT = 'e1_1_aaaaaaaa'
const AGAIN = 'e1_2_bbbbbbbb'

function row(change: Partial<EmailRow> = {}): EmailRow {
  return {
    id: 'e1',
    broadcast_id: null,
    address: 'ada@example.com',
    canary: 0,
    doubt_policy: 'resend',
    doubted: 0,
    state: 'sent',
    status: 'delivered',
    reason: null,
    attempt: ATTEMPT,
    claimed_at: 5000,
    evidence_at: 5100,
    delivered_at: 5300,
    permanent_bounce_at: null,
    complained_at: null,
    opened: 0,
    first_click_at: null,
    ...change,
  }
}

function told(change: Partial<Told> = {}): Told {
  return {
    type: 'Delivery',
    attemptId: ATTEMPT,
    recipients: ['ada@example.com'],
    detail: {},
    lost: false,
    deliveries: [{ at: 5400, status: 200 }],
    ...change,
  }
}

const accepted = { attemptId: ATTEMPT, to: ['ada@example.com'], at: 5100 }
const copy = { ...accepted, attemptId: AGAIN, at: 90_000 }
const call = { operation: 'SendEmail', at: 5050, answered: 200, attempts: [ATTEMPT] }
const delivery = {
  type: 'delivery',
  attempt: ATTEMPT,
  recipient: 'ada@example.com',
  feedback: null,
}
const counters = { delivered: 1, bounced: 0, complained: 0, opened: 0, clicked: 0 }

/** One email, sent once and delivered, and nothing to say against it. */
function evidence(change: Partial<Evidence> = {}): Evidence {
  return {
    asked: [{ id: 'e1', to: ['ada@example.com'], at: 4000 }],
    askedBroadcasts: [],
    emails: [row()],
    attempts: [],
    events: [delivery],
    broadcasts: [],
    suppressions: [],
    unsubscribes: [],
    deadLetters: [],
    ledger: { calls: [call], accepted: [accepted], events: [told()] },
    log: ['worker info emails accepted'],
    secrets: ['a-secret-of-this-run'],
    ...change,
  }
}

function ledger(change: Partial<Evidence['ledger']>): Partial<Evidence> {
  return { ledger: { ...evidence().ledger, ...change } }
}

function brokenBy(given: Evidence, world: World = hold, kills = 0): string[] {
  return INVARIANTS.filter(
    (invariant) => invariant.find(given, { world, kills }).broken.length > 0,
  ).map(({ name }) => name)
}

test('an email that was sent once and delivered breaks no invariant', () => {
  expect(brokenBy(evidence())).toEqual([])
})

test.each<[string, Partial<Evidence>, string[]]>([
  [
    'an answered email without a row',
    { emails: [], ledger: { calls: [], accepted: [], events: [] }, events: [] },
    ['I1'],
  ],
  ['a row nobody was told of', { asked: [] }, ['I1']],
  [
    'an email that is still in doubt',
    { emails: [row({ state: 'in_doubt', evidence_at: null })] },
    ['I1'],
  ],
  [
    'an email that failed and was accepted',
    { emails: [row({ state: 'failed', evidence_at: null })] },
    ['I1'],
  ],
  [
    'a recipient of a broadcast without a row',
    { askedBroadcasts: [{ id: 'b1', to: ['eve@example.com'] }] },
    ['I1'],
  ],
  [
    'a second copy although an event had told of the first',
    ledger({ accepted: [accepted, copy] }),
    ['I2', 'I4'],
  ],
  [
    'two rows for one request',
    {
      asked: [
        { id: 'e1', to: [], at: 0 },
        { id: 'e2', to: [], at: 0 },
      ],
      emails: [row(), row({ id: 'e2', attempt: 'e2_1_cccccccc' })],
      ...ledger({ accepted: [accepted, { ...accepted, attemptId: 'e2_1_cccccccc' }] }),
    },
    ['I2'],
  ],
  ['an attempt in two calls', ledger({ calls: [call, call] }), ['I3']],
  ['an accepted attempt nobody knows', { emails: [row({ attempt: AGAIN })] }, ['I4']],
  ['an email said to be sent that SES never took', ledger({ accepted: [] }), ['I5']],
  [
    'an email given up on although events told of it',
    { emails: [row({ state: 'unknown' })] },
    ['I5', 'IU'],
  ],
  ['an event that was answered 200 and is not recorded', { events: [] }, ['I6']],
  ['an event recorded twice', { events: [delivery, delivery] }, ['I6']],
  ['an event that never happened', { events: [delivery, { ...delivery, type: 'send' }] }, ['I6']],
  [
    'a counter that is one too many',
    {
      asked: [],
      emails: [row({ broadcast_id: 'b1' })],
      broadcasts: [{ id: 'b1', state: 'sent', sent: 2, ...counters }],
    },
    ['I7'],
  ],
  [
    'an address written to after it was suppressed',
    { suppressions: [{ address: 'ada@example.com', created_at: 3000 }] },
    ['I8'],
  ],
  [
    'somebody written to by a broadcast after leaving',
    {
      asked: [],
      emails: [row({ broadcast_id: 'b1' })],
      unsubscribes: [{ address: 'ada@example.com', created_at: 3000 }],
    },
    ['I8'],
  ],
  [
    'two seconds with twice the rate',
    ledger({
      calls: Array.from({ length: 40 }, (_, n) => ({
        ...call,
        at: 5000 + n,
        attempts: Array.from({ length: 50 }, (_, m) => `e${n}_${m}_x`),
      })),
    }),
    ['I9'],
  ],
  [
    'a call that SES throttled by itself',
    ledger({ calls: [call, { ...call, answered: 429, attempts: [] }] }),
    ['I9'],
  ],
  ['an address in the log', { log: ['worker info sent to canary7q.1@example.com'] }, ['I12']],
  ['a secret in the log', { log: ['worker info a-secret-of-this-run'] }, ['I12']],
  ['a token in the log', { log: ['worker info GET /o/AbCdEf0123456789.gif'] }, ['I12']],
])('%s is found', (_, change, names) => {
  expect(brokenBy(evidence(change))).toEqual(names)
})

const silent = told({ lost: true, deliveries: [] })
const twice: Partial<Evidence> = {
  emails: [row({ attempt: AGAIN })],
  attempts: [{ attempt: ATTEMPT, claimed_at: 5000, outcome: 'no evidence', reason: null }],
  events: [],
  ...ledger({ accepted: [accepted, copy], events: [silent] }),
}

test('a copy after every event was lost is within the bound of resend, and not of hold', () => {
  expect(brokenBy(evidence(twice))).toEqual([])
  const held = evidence({ ...twice, emails: [row({ attempt: AGAIN, doubt_policy: 'hold' })] })
  expect(brokenBy(held)).toEqual(['I2'])
})

function unknown(count: number): Evidence {
  return evidence({
    asked: [],
    events: [],
    emails: Array.from({ length: count }, (_, n) =>
      row({ id: `u${n}`, broadcast_id: 'b1', state: 'unknown', evidence_at: null }),
    ),
    ledger: { calls: [], accepted: [], events: [] },
  })
}

test('six calls of fifty may stay unknown for every kill, and not one more', () => {
  expect(brokenBy(unknown(300), hold, 1)).toEqual([])
  expect(brokenBy(unknown(301), hold, 1)).toEqual(['IU'])
})

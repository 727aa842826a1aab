import { expect, test } from 'vitest'
import { compare, LINES } from '../../src/cli/demo/compare.ts'
import { databaseSide } from '../../src/cli/demo/database-side.ts'
import type { DatabaseView } from '../../src/cli/demo/database-view.ts'
import { ledgerSide } from '../../src/cli/demo/ledger-side.ts'
import type { LedgerView } from '../../src/cli/demo/ledger-view.ts'

const NOTHING = {
  delivered_at: null,
  transient_bounce_at: null,
  permanent_bounce_at: null,
  suppressed_at: null,
  complained_at: null,
}
const ADA = 'ada@example.com'
const asked = [{ id: 'one', recipients: [ADA] }]

function database(): DatabaseView {
  return {
    emails: [
      {
        id: 'one',
        address: ADA,
        state: 'sent',
        evidence_at: 1,
        send_event_at: 1,
        ses_open_at: null,
        pixel_open_at: null,
        ...NOTHING,
        delivered_at: 2,
      },
    ],
    recipients: [],
    events: [
      { email_id: 'one', type: 'send', recipient: ADA, source: 'ses' },
      { email_id: 'one', type: 'delivery', recipient: ADA, source: 'ses' },
    ],
  }
}

function ledger(): LedgerView {
  const of = { attemptId: 'one_1_abcdefgh', recipients: [ADA], detail: {}, lost: false }
  return {
    accepted: [{ sesMessageId: 's1', attemptId: 'one_1_abcdefgh', to: [ADA] }],
    events: [
      { ...of, type: 'Send' },
      { ...of, type: 'Delivery' },
    ],
    people: [],
  }
}

function differing(database: DatabaseView, ledger: LedgerView): Record<string, string[]> {
  const lines = compare(databaseSide(database), ledgerSide(asked, ledger))
  return Object.fromEntries(
    lines
      .filter(({ differences }) => differences.length > 0)
      .map(({ name, differences }) => [name, differences]),
  )
}

test('two sides that tell the same story have no difference', () => {
  expect(differing(database(), ledger())).toEqual({})
  expect(compare(databaseSide(database()), ledgerSide(asked, ledger()))).toHaveLength(LINES.length)
})

const stories: [string, (database: DatabaseView, ledger: LedgerView) => void, object][] = [
  [
    'an email accepted twice is seen',
    (_, { accepted }) =>
      accepted.push({ sesMessageId: 's2', attemptId: 'one_2_abcdefgh', to: [ADA] }),
    { accepted: ['only in the ledger: one (2)'] },
  ],
  [
    'an email that has no row is seen',
    ({ emails }) => emails.pop(),
    {
      'asked for': ['only in the ledger: one'],
      accepted: ['only in the ledger: one'],
      sent: ['only in the ledger: one'],
      delivered: [`only in the ledger: one ${ADA}`],
    },
  ],
  [
    'an email that was never sent and is not called suppressed is seen',
    (_, { accepted }) => accepted.pop(),
    {
      accepted: ['only in the database: one'],
      'suppressed by us': [`only in the ledger: one ${ADA}`],
    },
  ],
  [
    'an event recorded twice is seen',
    ({ events }) => events.push({ email_id: 'one', type: 'send', recipient: ADA, source: 'ses' }),
    { events: ['only in the database: send one (2)'] },
  ],
  [
    'an open that nobody made is seen',
    ({ emails }) => {
      for (const email of emails) email.pixel_open_at = 3
    },
    { opened: ['only in the database: one'] },
  ],
]

test.each(stories)('%s', (_, change, expected) => {
  const [ours, theirs] = [database(), ledger()]
  change(ours, theirs)
  expect(differing(ours, theirs)).toEqual(expected)
})

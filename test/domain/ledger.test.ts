import { expect, test } from 'vitest'
import { ledgerState, skippedAs } from '../../src/domain/ledger.ts'

const NOTHING = { doubted: false, evidence_at: null, rejected_at: null, render_failed_at: null }

test.each([
  ['scheduled', 'sending', 'waiting'],
  ['queued', 'sending', 'waiting'],
  ['queued', 'paused', 'waiting'],
  ['queued', 'canceled', 'skipped'],
  ['scheduled', 'canceled', 'skipped'],
  ['sending', 'canceled', 'waiting'],
  ['sent', 'sending', 'sent'],
  ['in_doubt', 'sending', 'in_doubt'],
  ['unknown', 'sent', 'unknown'],
  ['failed', 'sent', 'failed'],
  ['suppressed', 'sending', 'skipped'],
  ['canceled', 'canceled', 'skipped'],
] as const)(
  'an email that is %s in a broadcast that is %s counts as %s',
  (state, broadcast, word) => {
    expect(ledgerState({ ...NOTHING, state }, broadcast)).toBe(word)
  },
)

test('what SES said outranks what we decided, a refusal first', () => {
  const row = { ...NOTHING, state: 'queued' } as const
  expect(ledgerState({ ...row, evidence_at: 1 }, 'canceled')).toBe('sent')
  expect(ledgerState({ ...row, evidence_at: 1, rejected_at: 1 }, 'sending')).toBe('failed')
  expect(ledgerState({ ...row, evidence_at: 1, render_failed_at: 1 }, 'sending')).toBe('failed')
})

test('of a doubted email nobody claims after a cancel that it was not sent', () => {
  const row = { ...NOTHING, doubted: true, state: 'queued' } as const
  expect([ledgerState(row, 'canceled'), ledgerState(row, 'sending')]).toEqual([
    'unknown',
    'waiting',
  ])
})

test.each([
  ['the address is suppressed', 'suppressed'],
  ['the address it is redirected to is suppressed', 'suppressed'],
  ['the person was erased', 'suppressed'],
  ['the recipient has unsubscribed', 'unsubscribed'],
  ['the recipient policy of this environment', 'recipient_policy'],
  ['the broadcast was canceled', 'canceled'],
  ['canceled', 'canceled'],
  ['anything', 'other'],
  [null, 'other'],
])('who was skipped for "%s" is listed as %s', (reason, word) => {
  expect(skippedAs(reason)).toBe(word)
})

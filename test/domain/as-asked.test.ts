import { expect, test } from 'vitest'
import { asAsked } from '../../src/domain/as-asked.ts'

const suppressed = {
  type: 'email.suppressed',
  created_at: '2026-11-24T10:00:00.000Z',
  data: {
    email_id: 'e',
    to: ['a@example.net'],
    suppressed: {
      type: 'OnAccountSuppressionList',
      message: 'Aerogram has suppressed sending to this address: it bounced.',
      diagnosticCode: ['on the list'],
    },
    ses: { reason: 'it bounced' },
  },
}

test('who asks for it is told of a suppression as of a bounce, and of nothing twice', () => {
  const bounced = {
    type: 'email.bounced',
    created_at: suppressed.created_at,
    data: {
      email_id: 'e',
      to: ['a@example.net'],
      ses: { reason: 'it bounced' },
      bounce: {
        type: 'Permanent',
        subType: 'General',
        message: 'Aerogram has suppressed sending to this address: it bounced.',
        diagnosticCode: ['on the list'],
      },
    },
  }
  const asked = ['email.suppressed_as_bounced', 'email.suppressed', 'email.sent']
  expect(asAsked(asked, suppressed)).toEqual(bounced)
  const sent = { ...suppressed, type: 'email.sent' }
  expect(asAsked(asked, sent)).toBe(sent)
})

test.each([
  [['email.suppressed'], true],
  [['email.bounced'], false],
  [null, true],
])('who asks for %j is told of a suppression as it is: %s', (events, told) => {
  expect(asAsked(events, suppressed)).toBe(told ? suppressed : null)
})

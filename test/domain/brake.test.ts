import { expect, test } from 'vitest'
import { brakeReason, DEFAULT_BRAKE } from '../../src/domain/brake.ts'

const CALM = { sent: 1000, delivered: 950, bounced: 20, complained: 0 }

test.each([
  ['calm', CALM, null],
  ['too few sent to judge', { sent: 499, delivered: 1, bounced: 400, complained: 99 }, null],
  ['bounces at the limit', { ...CALM, bounced: 80 }, null],
  [
    'bounces past it',
    { ...CALM, bounced: 81 },
    '8.1 % of 1000 emails bounced for good; the limit is 8 %',
  ],
  ['two complaints are no rate', { ...CALM, complained: 2 }, null],
  [
    'three are',
    { ...CALM, complained: 3 },
    '3 complaints on 950 delivered emails; the limit is 0.1 %',
  ],
  ['three among many are not', { sent: 5000, delivered: 4900, bounced: 0, complained: 3 }, null],
])('%s', (_, counts, reason) => {
  expect(brakeReason(DEFAULT_BRAKE, counts)).toBe(reason)
})

test('what a person has forgiven is not held against it again', () => {
  const forgiven = { sent: 1000, delivered: 900, bounced: 100, complained: 0 }
  const resumed = { ...DEFAULT_BRAKE, forgiven }
  expect(brakeReason(resumed, { ...CALM, sent: 1600, bounced: 110 })).toBeNull()
  expect(brakeReason(resumed, { ...CALM, sent: 1600, bounced: 160 })).toContain('10 % of 600')
})

test('what was delivered before a person resumed it does not hide new complaints', () => {
  const forgiven = { sent: 100_000, delivered: 99_000, bounced: 0, complained: 110 }
  const counts = { sent: 101_000, delivered: 100_000, bounced: 0, complained: 130 }
  expect(brakeReason({ ...DEFAULT_BRAKE, forgiven }, counts)).toContain('20 complaints on 1000')
})

test('what is at its limit is within it', () => {
  const counts = { sent: 500, delivered: 3000, bounced: 40, complained: 3 }
  expect(brakeReason(DEFAULT_BRAKE, counts)).toBeNull()
  expect(brakeReason(DEFAULT_BRAKE, { ...counts, bounced: 41 })).toContain('bounced for good')
})

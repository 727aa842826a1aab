import { expect, test } from 'vitest'
import { canaryEndsAt, canaryRanges } from '../../src/domain/canary.ts'

test.each([
  [{ count: 500, wait_seconds: 60 }, 50_000, 10],
  [{ count: 501, wait_seconds: 60 }, 50_000, 11],
  [{ percent: 1, wait_seconds: 60 }, 50_000, 10],
  [{ percent: 1, wait_seconds: 60 }, 30, 1],
  [{ percent: 50, wait_seconds: 60 }, 50_000, 500],
])('the canary %j of %i recipients is %i ranges', (canary, audience, ranges) => {
  expect(canaryRanges(canary, audience)).toBe(ranges)
})

test('the rest may go once the canary was sent and its wait is over', () => {
  const canary = { count: 500, wait_seconds: 600 }
  expect(canaryEndsAt(canary, null)).toBeNull()
  expect(canaryEndsAt(canary, 1000)).toBe(601_000)
})

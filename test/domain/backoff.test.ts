import { expect, test } from 'vitest'
import { backoff, MAX_REFUSALS } from '../../src/domain/backoff.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

test.each([
  [0, 30 * SECOND],
  [1, 2 * MINUTE],
  [2, 10 * MINUTE],
  [3, 30 * MINUTE],
  [4, HOUR],
  [5, 2 * HOUR],
  [6, 4 * HOUR],
  [7, 4 * HOUR],
  [100, 4 * HOUR],
])('after %i refusals it waits %i ms, spread by up to a fifth', (refusals, wait) => {
  expect(backoff(refusals, 0)).toBe(wait)
  expect(backoff(refusals, 0.5)).toBe(wait + wait / 10)
  expect(backoff(refusals, 1)).toBe(wait + wait / 5)
})

test('an email is tried for the better part of a day before it is given up', () => {
  const waits = Array.from({ length: MAX_REFUSALS - 1 }, (_, refusals) => backoff(refusals, 0))
  expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeGreaterThan(7 * HOUR)
})

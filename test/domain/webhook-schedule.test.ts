import { expect, test } from 'vitest'
import { MAX_ATTEMPTS, retryAfterMs, retryAt } from '../../src/domain/webhook-schedule.ts'

const NOW = Date.parse('2026-11-24T12:00:00Z')
const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

test('an event is tried eight times, at once and then ever more seldom', () => {
  const waits = Array.from({ length: MAX_ATTEMPTS }, (_, index) => {
    const at = retryAt({ failures: index + 1, now: NOW, retryAfter: null, random: 0 })
    return at === null ? null : at - NOW
  })
  expect(MAX_ATTEMPTS).toBe(8)
  expect(waits).toEqual([
    5 * SECOND,
    5 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    10 * HOUR,
    null,
  ])
})

test.each([
  [0, 5000],
  [0.5, 5500],
  [1, 6000],
])('the chance %d waits %d ms after the first failure', (random, wait) => {
  expect(retryAt({ failures: 1, now: NOW, retryAfter: null, random })).toBe(NOW + wait)
})

test.each([
  { failures: 1, retryAfter: 60 * SECOND, wait: 60 * SECOND },
  { failures: 3, retryAfter: 60 * SECOND, wait: 30 * MINUTE },
  { failures: 8, retryAfter: 60 * SECOND, wait: null },
])('an endpoint that asks for time gets it: %o', ({ failures, retryAfter, wait }) => {
  const at = retryAt({ failures, now: NOW, retryAfter, random: 0 })
  expect(at).toBe(wait === null ? null : NOW + wait)
})

test.each([
  [null, null],
  ['120', 120 * SECOND],
  [' 5 ', 5 * SECOND],
  ['0', null],
  ['86400', 30 * MINUTE],
  ['9'.repeat(400), 30 * MINUTE],
  ['Tue, 24 Nov 2026 12:00:30 GMT', 30 * SECOND],
  ['Tue, 24 Nov 2026 11:59:00 GMT', null],
  ['Wed, 25 Nov 2026 12:00:00 GMT', 30 * MINUTE],
  ['-5', null],
  ['1.5e3s', null],
  ['soon', null],
  ['', null],
])('Retry-After %j is %j ms', (header, wait) => {
  expect(retryAfterMs(header, NOW)).toBe(wait)
})

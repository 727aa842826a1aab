import { expect, test } from 'vitest'
import {
  disabledFor,
  type Health,
  healthAfter,
  type Verdict,
  verdictOf,
  WELL,
} from '../../src/domain/webhook-health.ts'

const NOW = Date.parse('2026-11-24T12:00:00Z')
const SECOND = 1000
const MINUTE = 60 * SECOND
const DAY = 24 * 60 * MINUTE

test.each([
  [200, 'delivered'],
  [201, 'delivered'],
  [204, 'delivered'],
  [299, 'delivered'],
  [null, 'failed'],
  [101, 'failed'],
  [199, 'failed'],
  [300, 'failed'],
  [301, 'failed'],
  [302, 'failed'],
  [304, 'failed'],
  [307, 'failed'],
  [308, 'failed'],
  [400, 'failed'],
  [401, 'failed'],
  [404, 'failed'],
  [406, 'refused'],
  [410, 'gone'],
  [429, 'failed'],
  [500, 'failed'],
  [503, 'failed'],
  [599, 'failed'],
] as const)('an answer of %j is %s', (status, verdict) => {
  expect(verdictOf(status)).toBe(verdict)
})

function after(verdicts: Verdict[], retryAfter: string | null = null): Health {
  return verdicts.reduce<Health>(
    (health, verdict) => healthAfter(health, { verdict, retryAfter, now: NOW, random: 0 }),
    WELL,
  )
}
const failed = (count: number): Verdict[] => Array.from({ length: count }, () => 'failed')

test.each([
  { of: failed(1), wait: null },
  { of: failed(2), wait: null },
  { of: failed(3), wait: 5 * SECOND },
  { of: failed(4), wait: 10 * SECOND },
  { of: failed(5), wait: 20 * SECOND },
  { of: failed(9), wait: 320 * SECOND },
  { of: failed(11), wait: 15 * MINUTE },
  { of: failed(500), wait: 15 * MINUTE },
])('after $of.length failures in a row it is tried again in $wait ms', ({ of, wait }) => {
  expect(after(of)).toEqual({
    failures: of.length,
    failingSince: NOW,
    probeAt: wait === null ? null : NOW + wait,
  })
})

test.each<{ of: Verdict[] }>([
  { of: ['delivered'] },
  { of: [...failed(2), 'delivered'] },
  { of: [...failed(9), 'delivered'] },
  { of: [...failed(9), 'refused'] },
  { of: ['refused', 'refused', 'refused', 'refused'] },
])('a sign of life ends it: $of', ({ of }) => {
  expect(after(of)).toEqual(WELL)
})

test('an endpoint that asks for time is left alone at its first failure', () => {
  expect(after(['failed'], '60')).toMatchObject({ failures: 1, probeAt: NOW + MINUTE })
  expect(after(failed(20), '60')).toMatchObject({ probeAt: NOW + 15 * MINUTE })
})

test('waits are spread by a fifth', () => {
  const twice = after(failed(2))
  const answered = { verdict: 'failed', retryAfter: null, now: NOW, random: 1 } as const
  expect(healthAfter(twice, answered).probeAt).toBe(NOW + 6 * SECOND)
})

test.each([
  { verdict: 'gone', days: 0, why: 'it answered 410 Gone' },
  { verdict: 'failed', days: 0, why: null },
  { verdict: 'failed', days: 4.99, why: null },
  { verdict: 'failed', days: 5, why: 'it failed for 5 days' },
  { verdict: 'refused', days: 30, why: null },
  { verdict: 'delivered', days: 30, why: null },
] as const)('$verdict after $days days of failure: $why', ({ verdict, days, why }) => {
  const health = { failures: 100, failingSince: NOW - days * DAY, probeAt: NOW }
  expect(disabledFor(verdict, health, NOW)).toBe(why)
})

test('refusals alone never disable', () => {
  expect(disabledFor('refused', after(['refused']), NOW + 30 * DAY)).toBe(null)
})

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { requestRate } from '../../src/http/request-rate.ts'

test('a bucket refills with time, never past its size', () => {
  const rate = requestRate(2)
  expect([0, 0, 0, 400, 600, 60_000, 60_000, 60_000].map((now) => rate('k', now).allowed)).toEqual([
    true,
    true,
    false,
    false,
    true,
    true,
    true,
    false,
  ])
})

test('keys do not spend from each other', () => {
  const rate = requestRate(1)
  expect([rate('a', 0).allowed, rate('b', 0).allowed, rate('a', 0).allowed]).toEqual([
    true,
    true,
    false,
  ])
})

test('a clock that steps back takes nothing and gives nothing', () => {
  const rate = requestRate(1)
  rate('k', 10_000)
  expect([rate('k', 5000).allowed, rate('k', 10_500).allowed, rate('k', 11_000).allowed]).toEqual([
    false,
    false,
    true,
  ])
})

test('no second sees more than twice the rate, and every header is a whole number', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 300 }),
      (perSecond, waits) => {
        const rate = requestRate(perSecond)
        let now = 0
        const allowedAt: number[] = []
        for (const wait of waits) {
          now += wait
          const grant = rate('k', now)
          if (grant.allowed) allowedAt.push(now)
          for (const n of [grant.remaining, grant.resetSeconds, grant.retrySeconds]) {
            expect(Number.isInteger(n) && n >= 0).toBe(true)
          }
        }
        for (const start of allowedAt) {
          const within = allowedAt.filter((at) => at >= start && at < start + 1000)
          expect(within.length).toBeLessThanOrEqual(2 * perSecond)
        }
      },
    ),
  )
})

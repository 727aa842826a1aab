import { expect, test } from 'vitest'
import { figureLines, figureTable } from '../../src/cli/bench/figure.ts'
import { usedShare, worstExcess } from '../../src/cli/bench/pace-of-calls.ts'
import { median, percentile } from '../../src/cli/bench/percentile.ts'
import { priceOf } from '../../src/cli/bench/price.ts'
import { recipientLines } from '../../src/cli/bench/recipients.ts'

test('a percentile is a value that so many are not above', () => {
  const values = Array.from({ length: 100 }, (_, n) => 100 - n)
  expect(percentile(values, 0.95)).toBe(95)
  expect(percentile(values, 1)).toBe(100)
  expect(percentile([7], 0.5)).toBe(7)
  expect(median([3, 1, 2])).toBe(2)
  expect(percentile([], 0.5)).toBeNaN()
})

test('the worst window is found wherever it begins, whatever the order of the calls', () => {
  const even = Array.from({ length: 100 }, (_, n) => ({ at: n * 100, recipients: 50 }))
  expect(worstExcess(even, 500)).toBe(50)
  const burst = { at: 5_000, recipients: 30 }
  expect(worstExcess([burst, ...even], 500)).toBe(80)
  expect(worstExcess([], 500)).toBe(0)
})

test('a rate is used in full when every second of the window is', () => {
  const calls = Array.from({ length: 100 }, (_, n) => ({ at: n * 100, recipients: 50 }))
  const window = { start: 2_000, seconds: 5, perSecond: 500 }
  expect(usedShare(calls, window)).toBe(1)
  expect(usedShare(calls.slice(0, 45), window)).toBe(0.5)
})

test('a price is the sum of what is counted, at Cloudflare’s marginal prices', () => {
  const operations = {
    jobs: 100_000,
    redelivered: 1_000,
    largestJobBytes: 500,
    rowsWritten: 400_000,
    requests: 152_000,
    cpuMs: 400_000,
    objectRequests: 1_000,
    objectRows: 2_000,
  }
  const price = priceOf(operations)
  expect(price.queues).toBeCloseTo(0.1204, 6)
  expect(price.d1).toBeCloseTo(0.4, 6)
  expect(price.requests).toBeCloseTo(0.0456, 6)
  expect(price.cpu).toBeCloseTo(0.008, 6)
  expect(price.objects).toBeCloseTo(0.00215, 6)
  expect(price.total).toBeCloseTo(0.57615, 6)
  expect(priceOf(operations, 5).total).toBeCloseTo(5 * 0.57615, 6)
  const large = { ...operations, largestJobBytes: 100_000 }
  expect(priceOf(large).queues).toBeCloseTo(2 * 0.1204, 6)
})

test('a figure that is not reached says so, in one row and in one line of JSON', () => {
  const figure = {
    figure: 'emails a second',
    toReach: '5,000',
    reached: '4,000',
    isReached: false,
    value: 4000,
    unit: 'emails/s',
    how: 'counted | by hand',
  }
  expect(figureTable([figure]).split('\n').at(-1)).toBe(
    String.raw`| emails a second | 5,000 | 4,000 (NOT reached) | counted \| by hand |`,
  )
  expect(JSON.parse(figureLines([figure]))).toEqual(figure)
})

test('every uploaded recipient is another one', () => {
  const lines = recipientLines(1000).trim().split('\n')
  const addresses = lines.map((line): unknown => JSON.parse(line).email)
  expect(new Set(addresses).size).toBe(1000)
})

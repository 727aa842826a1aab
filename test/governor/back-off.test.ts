import { expect, test } from 'vitest'
import { emptyBucket, refill, throttled } from '../../src/governor/bucket.ts'

const START = Date.UTC(2026, 0, 1)
const SECOND = 1000
const MINUTE = 60 * SECOND

test('a throttle halves the rate once a second, never below a twentieth', () => {
  let bucket = throttled(emptyBucket(START), 100, START)
  expect(bucket.factor).toBe(0.5)
  expect(throttled(bucket, 100, START + 999).factor).toBe(0.5)
  for (let second = 1; second <= 20; second++) {
    bucket = throttled(bucket, 100, START + second * SECOND)
  }
  expect(bucket.factor).toBe(0.05)
})

test('after a throttle nothing is left in the bucket', () => {
  const full = refill(emptyBucket(START), 14, START + MINUTE)
  expect(throttled(full, 14, START + MINUTE).balance).toBe(0)
})

test.each([
  { seconds: 1, factor: 0.5 },
  { seconds: 2, factor: 0.55 },
  { seconds: 6, factor: 0.75 },
  { seconds: 11, factor: 1 },
  { seconds: 60, factor: 1 },
])('$seconds s after a throttle the rate stands at $factor', ({ seconds, factor }) => {
  const bucket = throttled(emptyBucket(START), 14, START)
  expect(refill(bucket, 14, START + seconds * SECOND).factor).toBeCloseTo(factor)
})

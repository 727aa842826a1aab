import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type Ask,
  type Bucket,
  capacity,
  emptyBucket,
  giveBack,
  refill,
  take,
  throttled,
} from '../../src/governor/bucket.ts'
import { type Departure, excess, largestOf, total } from './windows.ts'

const START = Date.UTC(2026, 0, 1)
const SECOND = 1000
const MINUTE = 60 * SECOND
const ROUNDING = 1e-6
const RATES = [0.3, 1, 2, 5, 14, 40, 62.5, 70, 100, 500]

const aRate = fc.constantFrom(...RATES)
const anAsk = fc
  .record({
    class: fc.constantFrom('high' as const, 'normal' as const, 'bulk' as const),
    want: fc.integer({ min: 1, max: 80 }),
    atLeast: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 50 })),
  })
  .map((ask) => ({ ...ask, want: Math.max(ask.want, ask.atLeast) }))
const aStep = fc.oneof(
  { weight: 8, arbitrary: anAsk.map((ask) => ({ does: 'ask' as const, ask })) },
  {
    weight: 2,
    arbitrary: fc
      .record({ which: fc.nat(9), part: fc.integer({ min: 1, max: 50 }) })
      .map((back) => ({ does: 'give back' as const, ...back })),
  },
  { weight: 1, arbitrary: fc.constant({ does: 'throttled' as const }) },
)
const aPause = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 0, max: 60 }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 2000 }) },
)

test('no window of t seconds holds more than rate x t and one call, whatever is asked, given back or throttled', () => {
  fc.assert(
    fc.property(
      aRate,
      fc.array(fc.tuple(aPause, aStep), { minLength: 1, maxLength: 120 }),
      (rate, steps) => {
        let now = START
        let bucket = emptyBucket(now)
        const departures: Departure[] = []
        for (const [pause, step] of steps) {
          now += pause
          if (step.does === 'ask') {
            const next = take(bucket, step.ask, rate, now)
            bucket = next.bucket
            const { granted, waitMs } = next.turn
            if (granted > 0) departures.push({ at: now + waitMs, recipients: granted })
          } else if (step.does === 'throttled') {
            bucket = throttled(bucket, rate, now)
          } else {
            const departure = departures.at(-1 - step.which)
            if (departure === undefined) continue
            const recipients = Math.min(step.part, departure.recipients)
            bucket = giveBack(bucket, { recipients, at: departure.at }, rate, now)
            departure.recipients -= recipients
          }
        }
        expect(excess(rate, departures)).toBeLessThan(ROUNDING)
      },
    ),
    { numRuns: 3000 },
  )
})

test('a grant is nothing, or between the first email and one call of what the class may use', () => {
  fc.assert(
    fc.property(aRate, fc.array(fc.tuple(aPause, anAsk), { maxLength: 60 }), (rate, asks) => {
      let now = START
      let bucket = emptyBucket(now)
      for (const [pause, ask] of asks) {
        now += pause
        const next = take(bucket, ask, rate, now)
        bucket = next.bucket
        const { granted, waitMs } = next.turn
        const [least, most, longest] =
          granted === 0
            ? [0, 0, 30 * SECOND]
            : [ask.atLeast, Math.max(ask.atLeast, capacity(rate, ask.class)), 2 * SECOND]
        expect(granted).toBeGreaterThanOrEqual(least)
        expect(granted).toBeLessThanOrEqual(Math.min(ask.want, most))
        expect(waitMs).toBeGreaterThanOrEqual(granted === 0 ? 1 : 0)
        expect(waitMs).toBeLessThanOrEqual(longest)
      }
    }),
  )
})

/** Callers that wait their turn, call and ask again, each up to `latency` late. Recipients that left within `seconds`. */
function busy(
  rate: number,
  callers: Ask[],
  seconds: number,
  latency: () => number,
): { departures: (Departure & { caller: number })[]; bucket: Bucket } {
  let bucket = emptyBucket(START)
  const departures: (Departure & { caller: number })[] = []
  const next = callers.map((_, index) => START + index)
  for (;;) {
    const now = Math.min(...next)
    if (now > START + seconds * SECOND) return { departures, bucket }
    const caller = next.indexOf(now)
    const ask = callers[caller]
    if (ask === undefined) return { departures, bucket }
    const answer = take(bucket, ask, rate, now)
    bucket = answer.bucket
    const { granted, waitMs } = answer.turn
    const at = now + waitMs
    if (granted > 0 && at <= START + seconds * SECOND) {
      departures.push({ at, recipients: granted, caller })
    }
    next[caller] = at + latency()
  }
}

const MANY: Ask = { class: 'bulk', want: 50, atLeast: 1 }
const ONE: Ask = { class: 'normal', want: 1, atLeast: 1 }
const HIGH: Ask = { class: 'high', want: 1, atLeast: 1 }
const LARGE: Ask = { class: 'normal', want: 20, atLeast: 20 }

const WORKLOADS: { work: string; callers: Ask[]; divisible: boolean }[] = [
  { work: 'broadcasts', callers: Array.from({ length: 6 }, () => MANY), divisible: true },
  { work: 'single emails', callers: Array.from({ length: 90 }, () => ONE), divisible: true },
  { work: 'large emails', callers: Array.from({ length: 6 }, () => LARGE), divisible: false },
  { work: 'all kinds', callers: [MANY, MANY, MANY, MANY, HIGH, ONE, ONE], divisible: true },
]

test.each(WORKLOADS)('$work alone use more than 95 % of the rate over 30 s', (workload) => {
  for (const rate of [1, 5, 14, 62.5, 70, 200, 500]) {
    fc.assert(
      fc.property(fc.infiniteStream(fc.integer({ min: 0, max: 60 })), (late) => {
        const { departures } = busy(rate, workload.callers, 60, () => late.next().value ?? 0)
        const half = departures.filter(({ at }) => at > START + 30 * SECOND)
        // An email that pays for seconds of the rate may stand just outside.
        const outside = workload.divisible ? 0 : largestOf(half)
        expect(total(half) + outside).toBeGreaterThan(0.95 * rate * 30)
        expect(excess(rate, departures)).toBeLessThan(ROUNDING)
      }),
      { numRuns: 3 },
    )
  }
})

test('a high email goes at once while others use the whole rate, as long as its share lasts', () => {
  let { bucket } = busy(14, [MANY, MANY, MANY], 10, () => 0)
  const now = bucket.refilledAt
  const first = take(bucket, HIGH, 14, now)
  expect(first.turn).toEqual({ granted: 1, waitMs: 0 })
  bucket = first.bucket
  const second = take(bucket, HIGH, 14, now)
  expect(second.turn.granted).toBe(1)
  expect(second.turn.waitMs).toBeLessThan(SECOND)
})

test('high emails come first: under a flood of both the others only get what is left', () => {
  for (const rate of [1, 5, 14, 70]) {
    const high = Array.from({ length: 3 * rate }, () => HIGH)
    const { departures } = busy(rate, [...high, MANY, MANY, ONE, ONE], 30, () => 10)
    const ofHigh = departures.filter(({ caller }) => caller < high.length)
    expect(total(ofHigh)).toBeGreaterThan(0.9 * rate * 30)
  }
})

test('others never use the tokens kept for high', () => {
  const full = refill(emptyBucket(START), 14, START + MINUTE)
  const others = take(full, MANY, 14, START + MINUTE)
  expect(others.turn).toEqual({ granted: 10, waitMs: 0 })
  const again = take(others.bucket, MANY, 14, START + MINUTE)
  expect(again.turn.granted === 0 || again.turn.waitMs > 0).toBe(true)
  expect(take(others.bucket, HIGH, 14, START + MINUTE).turn).toEqual({ granted: 1, waitMs: 0 })
})

test('an email larger than the bucket goes when it is full, and its debt is paid before the next', () => {
  const ten: Ask = { class: 'normal', want: 10, atLeast: 10 }
  const full = refill(emptyBucket(START), 1, START + MINUTE)
  const { bucket, turn } = take(full, ten, 1, START + MINUTE)
  expect(turn).toEqual({ granted: 10, waitMs: 0 })
  expect(bucket.balance).toBe(-9)
  const soon = take(bucket, ten, 1, START + MINUTE)
  expect(soon.turn.granted).toBe(0)
  const due = START + MINUTE + soon.turn.waitMs
  const next = take(bucket, ten, 1, due)
  expect(next.turn.granted).toBe(10)
  expect(due + next.turn.waitMs).toBe(START + MINUTE + 10 * SECOND)
})

test('a large email is not starved by a flood of small ones', () => {
  const flood = Array.from({ length: 60 }, () => ONE)
  const { departures } = busy(14, [{ ...LARGE, want: 40, atLeast: 40 }, ...flood], 120, () => 5)
  expect(departures.filter(({ caller }) => caller === 0).length).toBeGreaterThan(1)
})

test('a new bucket is empty: whoever comes first waits for its recipients', () => {
  const { turn } = take(emptyBucket(START), { ...MANY, class: 'high' }, 100, START)
  expect(turn).toEqual({ granted: 50, waitMs: 500 })
})

test('callers told to wait come back one after the other', () => {
  let bucket = emptyBucket(START)
  const backAt: number[] = []
  for (let caller = 0; caller < 20; caller++) {
    const next = take(bucket, { ...MANY, want: 10 }, 14, START)
    bucket = next.bucket
    if (next.turn.granted === 0) backAt.push(next.turn.waitMs)
  }
  const sorted = backAt.toSorted((a, b) => a - b)
  const apart = sorted.slice(1).map((at, index) => at - (sorted[index] ?? 0))
  expect(backAt.length).toBeGreaterThan(15)
  expect(Math.min(...apart)).toBeGreaterThan(500)
})

test('what suppression left unused goes to the next caller', () => {
  const full = refill(emptyBucket(START), 14, START + MINUTE)
  const { bucket } = take(full, MANY, 14, START + MINUTE)
  const back = giveBack(bucket, { recipients: 10, at: START + MINUTE }, 14, START + MINUTE + 5)
  expect(back.balance).toBeCloseTo(full.balance)
})

import { expect, test } from 'vitest'
import type { AccountState } from '../../src/domain/account.ts'
import type { Ask } from '../../src/governor/bucket.ts'
import {
  accountRead,
  grantTurn,
  grantTurns,
  nextReadAt,
  type Pace,
  readFailed,
  readStarted,
  returnTurn,
  startPace,
  told,
} from '../../src/governor/pace.ts'
import { reportOf } from '../../src/governor/report.ts'

const START = Date.UTC(2026, 0, 1)
const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const HIGH: Ask = { class: 'high', want: 1, atLeast: 1 }
const MANY: Ask = { class: 'bulk', want: 50, atLeast: 1 }

function anAccount(differing: Partial<AccountState> = {}): AccountState {
  return {
    maxSendRate: 100,
    max24HourSend: 50_000,
    sentLast24Hours: 0,
    sendingEnabled: true,
    enforcementStatus: 'HEALTHY',
    production: true,
    ...differing,
  }
}

function aPace(account: Partial<AccountState> = {}, share = 1): Pace {
  const fresh = startPace(share, { hours: [], stop: null, quotaToldAt: null }, START)
  return accountRead(readStarted(fresh, START), anAccount(account), START)
}

/** Everything that is granted to eager callers until `end`. */
function drain(pace: Pace, ask: Ask, end: number): { pace: Pace; granted: number } {
  let granted = 0
  let now = START
  while (now < end) {
    const next = grantTurn(pace, ask, now)
    pace = next.pace
    granted += next.grant.granted
    now += Math.max(next.grant.waitMs, 1)
  }
  return { pace, granted }
}

test('before GetAccount has answered nothing is granted, and longer and longer when it does not', () => {
  const fresh = startPace(1, { hours: [], stop: null, quotaToldAt: null }, START)
  expect(grantTurn(fresh, HIGH, START).grant).toMatchObject({
    granted: 0,
    waitMs: 250,
    reason: 'account unknown',
  })
  expect(nextReadAt(fresh, START)).toBeLessThan(START)
  const failed = readFailed(readFailed(readStarted(fresh, START)))
  expect(grantTurn(failed, HIGH, START).grant.waitMs).toBe(4 * SECOND)
  expect(nextReadAt(failed, START)).toBe(START + 4 * SECOND)
})

test.each([
  { maxSendRate: 1_000_000, granted: 1000, waitMs: 20 },
  { maxSendRate: 10_000, granted: 200, waitMs: 24 },
  { maxSendRate: 500, granted: 50, waitMs: 103 },
])('turns that come one upon the other are one grant: $granted at $maxSendRate a second', (c) => {
  const pace = aPace({ maxSendRate: c.maxSendRate, max24HourSend: -1 })
  const { grant } = grantTurns(pace, { class: 'bulk', want: 1000, atLeast: 1 }, START)
  expect(grant).toEqual({
    granted: c.granted,
    waitMs: c.waitMs,
    at: START + c.waitMs,
    rate: c.maxSendRate,
  })
})

test('whoever asks while turns ahead are taken comes back when the last has begun', () => {
  const pace = aPace({ maxSendRate: 10_000, max24HourSend: -1 })
  const given = grantTurns(pace, { class: 'bulk', want: 1000, atLeast: 1 }, START)
  const next = grantTurn(given.pace, { class: 'normal', want: 50, atLeast: 1 }, START)
  expect(next.grant).toMatchObject({ granted: 0, waitMs: 24 })
  const later = grantTurn(given.pace, { class: 'normal', want: 50, atLeast: 1 }, START + 24)
  expect(later.grant).toMatchObject({ granted: 50, waitMs: 6 })
})

test('the rate is the environment share of the account rate', () => {
  const { granted } = drain(aPace({}, 0.25), MANY, START + 30 * SECOND)
  expect(granted).toBeGreaterThan(0.95 * 25 * 30)
  expect(granted).toBeLessThanOrEqual(25 * 30 + 25)
})

test.each([
  { account: { sendingEnabled: false }, reason: 'account paused' },
  { account: { enforcementStatus: 'SHUTDOWN' }, reason: 'account shut down' },
  { account: { maxSendRate: 0 }, reason: 'account paused' },
])('nothing is granted while GetAccount says $account', ({ account, reason }) => {
  const stopped = aPace(account)
  expect(grantTurn(stopped, HIGH, START + HOUR).grant).toMatchObject({ granted: 0, reason })
  expect(nextReadAt(stopped, START)).toBe(START + MINUTE)
  const healthy = accountRead(stopped, anAccount(), START + HOUR)
  expect(grantTurn(healthy, HIGH, START + HOUR).grant.granted).toBe(1)
})

test('an account on probation still sends', () => {
  expect(grantTurn(aPace({ enforcementStatus: 'PROBATION' }), HIGH, START).grant.granted).toBe(1)
})

test('a stop told by a call holds for its time, whatever GetAccount says', () => {
  const trouble = { type: 'stopped', reason: 'configuration set paused', seconds: 60 } as const
  const stopped = accountRead(told(aPace(), trouble, START), anAccount(), START + SECOND)
  expect(grantTurn(stopped, HIGH, START + SECOND).grant).toMatchObject({
    granted: 0,
    waitMs: 59 * SECOND,
    reason: 'configuration set paused',
  })
  expect(grantTurn(stopped, HIGH, START + MINUTE).grant.granted).toBe(1)
})

test('own sends spend the share of the quota until their hour is a day old', () => {
  const { pace, granted } = drain(aPace({ max24HourSend: 1000 }, 0.3), MANY, START + MINUTE)
  expect(granted).toBe(300)
  const { grant } = grantTurn(pace, HIGH, START + MINUTE)
  expect(grant).toMatchObject({ granted: 0, reason: 'quota spent', waitMs: HOUR })
  expect(reportOf(pace, START + MINUTE)).toMatchObject({
    stopped: 'quota spent',
    perMinute: 0,
    quota: { limit: 300, spent: 300, room: 0 },
  })
  expect(grantTurn(pace, HIGH, START + 25 * HOUR).grant.granted).toBe(1)
})

test('sends of a process that ended still count', () => {
  const { pace } = drain(aPace({ max24HourSend: 300 }), MANY, START + MINUTE)
  const { hours, stop, quotaToldAt } = pace
  const restarted = startPace(1, { hours, stop, quotaToldAt }, START + MINUTE)
  const ready = accountRead(restarted, anAccount({ max24HourSend: 300 }), START + MINUTE)
  expect(ready.bucket.balance).toBe(0)
  expect(grantTurn(ready, HIGH, START + MINUTE).grant.reason).toBe('quota spent')
})

test('what others sent through the account is not left for us', () => {
  const pace = aPace({ max24HourSend: 1000, sentLast24Hours: 930 })
  const { granted, pace: after } = drain(pace, MANY, START + MINUTE)
  expect(granted).toBe(70)
  expect(grantTurn(after, HIGH, START + MINUTE).grant).toMatchObject({
    reason: 'quota spent',
    waitMs: 5 * MINUTE,
  })
  expect(nextReadAt(after, START + SECOND)).toBe(START + MINUTE)
})

test('an email that does not fit into the rest of the quota waits, a smaller one does not', () => {
  const pace = aPace({ max24HourSend: 5 })
  const large: Ask = { class: 'normal', want: 6, atLeast: 6 }
  expect(grantTurn(pace, large, START).grant.reason).toBe('quota spent')
  expect(grantTurn(pace, { ...large, atLeast: 2 }, START).grant.granted).toBe(5)
})

test('a quota of -1 is none', () => {
  const { granted } = drain(aPace({ max24HourSend: -1 }), MANY, START + 10 * SECOND)
  expect(granted).toBeGreaterThan(950)
})

test('given back, the recipients are there for quota and rate again', () => {
  const before = aPace({ max24HourSend: 100 })
  const { pace, grant } = grantTurn(before, MANY, START)
  const back = returnTurn(pace, { recipients: grant.granted, at: grant.at }, grant.at)
  expect(reportOf(back, grant.at).quota).toEqual({ limit: 100, spent: 0, room: 100 })
  expect(back.bucket.balance).toBeCloseTo(50)
})

test('after "daily quota exceeded" nothing goes until GetAccount shows room, asked each minute', () => {
  const spentNow = readStarted(told(aPace(), { type: 'quota spent' }, START), START)
  expect(grantTurn(spentNow, HIGH, START).grant).toMatchObject({
    granted: 0,
    reason: 'quota spent',
    waitMs: 5 * MINUTE,
  })
  expect(nextReadAt(spentNow, START)).toBe(START + MINUTE)
  const tooSoon = accountRead(spentNow, anAccount(), START + SECOND)
  expect(grantTurn(tooSoon, HIGH, START + MINUTE).grant.reason).toBe('quota spent')
  const none = accountRead(spentNow, anAccount({ sentLast24Hours: 50_000 }), START + MINUTE)
  expect(grantTurn(none, HIGH, START + MINUTE).grant.reason).toBe('quota spent')
  const room = accountRead(none, anAccount({ sentLast24Hours: 49_000 }), START + 2 * MINUTE)
  expect(grantTurn(room, HIGH, START + 2 * MINUTE).grant.granted).toBe(1)
})

test('GetAccount is asked every five minutes, after a throttle as soon as its own rate allows', () => {
  const pace = aPace()
  expect(nextReadAt(pace, START)).toBe(START + 5 * MINUTE)
  const throttled = told(pace, { type: 'throttled' }, START + 200)
  expect(nextReadAt(throttled, START + 200)).toBe(START + SECOND)
  expect(reportOf(throttled, START + 200)).toMatchObject({ rate: 50, factor: 0.5 })
})

import { expect, test } from 'vitest'
import { countSends, type HourCount, roomIn, spent } from '../../src/governor/quota.ts'

const HOUR = 60 * 60 * 1000
const START = Date.UTC(2026, 0, 1)

/** `sends[n]` recipients in the n-th hour after START. */
function sent(...sends: number[]): HourCount[] {
  return sends.reduce<HourCount[]>(
    (hours, recipients, hour) =>
      countSends(hours, recipients, START + hour * HOUR, START + hour * HOUR),
    [],
  )
}

test('sends of one hour are one count', () => {
  const hours = countSends(countSends([], 30, START, START), 20, START + HOUR - 1, START + HOUR - 1)
  expect(hours).toEqual([{ hour: START / HOUR, recipients: 50 }])
})

test('sends count until 24 hours have passed for the last of their hour', () => {
  const hours = sent(100)
  expect(spent(hours, START + 24 * HOUR)).toBe(100)
  expect(spent(hours, START + 25 * HOUR - 1)).toBe(100)
  expect(spent(hours, START + 25 * HOUR)).toBe(0)
})

test('what was given back is taken from the hour it was granted in', () => {
  const hours = countSends(sent(100, 7), -40, START + 10, START + HOUR)
  expect(hours.map(({ recipients }) => recipients)).toEqual([60, 7])
})

test('never more than 25 hours are kept', () => {
  expect(sent(...Array.from({ length: 100 }, () => 1))).toHaveLength(25)
})

test.each([
  { limit: 200, needed: 50, hours: 0 },
  { limit: 190, needed: 50, hours: 25 },
  { limit: 90, needed: 50, hours: 26 },
  { limit: 50, needed: 50, hours: 27 },
  { limit: 49, needed: 50, hours: Infinity },
])('with 100, 40 and 10 sent, $needed more fit into $limit after $hours h', (row) => {
  expect(roomIn(sent(100, 40, 10), row.limit, row.needed, START)).toBe(row.hours * HOUR)
})

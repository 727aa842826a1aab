import { expect, test } from 'vitest'
import { instantOf, isTimeZone, periods } from '../../src/domain/period.ts'

const at = (text: string) => Date.parse(text)

function starts(
  from: string,
  to: string,
  granularity: Parameters<typeof periods>[1],
  zone: string,
) {
  const found = periods({ from: at(from), to: at(to) }, granularity, zone, 100)
  return found?.map(({ start }) => new Date(start).toISOString().slice(0, 16))
}

test.for([
  [
    'daily',
    'UTC',
    '2026-11-24T10:00Z',
    '2026-11-26T00:00Z',
    ['2026-11-24T00:00', '2026-11-25T00:00'],
  ],
  [
    'daily',
    'Europe/Vienna',
    '2026-10-24T10:00Z',
    '2026-10-27T00:00Z',
    ['2026-10-23T22:00', '2026-10-24T22:00', '2026-10-25T23:00', '2026-10-26T23:00'],
  ],
  [
    'daily',
    'America/New_York',
    '2026-03-07T12:00Z',
    '2026-03-09T12:00Z',
    ['2026-03-07T05:00', '2026-03-08T05:00', '2026-03-09T04:00'],
  ],
  [
    'weekly',
    'UTC',
    '2026-11-24T10:00Z',
    '2026-11-30T00:01Z',
    ['2026-11-23T00:00', '2026-11-30T00:00'],
  ],
  [
    'monthly',
    'UTC',
    '2026-01-31T10:00Z',
    '2026-04-01T00:00Z',
    ['2026-01-01T00:00', '2026-02-01T00:00', '2026-03-01T00:00'],
  ],
  [
    'hourly',
    'Asia/Kolkata',
    '2026-11-24T10:00Z',
    '2026-11-24T11:45Z',
    ['2026-11-24T09:30', '2026-11-24T10:30', '2026-11-24T11:30'],
  ],
] as const)(
  '%s in %s begins where its calendar says',
  ([granularity, zone, from, to, expected]) => {
    expect(starts(from, to, granularity, zone)).toEqual(expected)
  },
)

test('periods hold the whole range and nothing beside it, without a gap', () => {
  const range = { from: at('2026-03-01T12:34Z'), to: at('2026-11-24T10:00Z') }
  for (const granularity of ['daily', 'weekly', 'monthly'] as const) {
    const found = periods(range, granularity, 'Europe/Vienna', 400) ?? []
    expect(found[0]?.from).toBe(range.from)
    expect(found.at(-1)?.to).toBe(range.to)
    found.slice(1).forEach(({ from }, before) => expect(from).toBe(found[before]?.to))
  }
})

test('more than are asked for are none', () => {
  expect(periods({ from: 0, to: 100 * 3_600_000 }, 'hourly', 'UTC', 99)).toBeNull()
})

test('zones are known by their names, and midnight is theirs', () => {
  expect([isTimeZone('Europe/Vienna'), isTimeZone('Mars/Base')]).toEqual([true, false])
  expect(new Date(instantOf(at('2026-10-26T00:00Z'), 'Europe/Vienna')).toISOString()).toBe(
    '2026-10-25T23:00:00.000Z',
  )
})

import { expect, test } from 'vitest'
import { isoTime, scheduledTime } from '../../src/http/scheduled-time.ts'

/** A Tuesday. */
const NOW = Date.UTC(2026, 10, 24, 10, 0, 0)
const at = (iso: string) => ({ at: Date.parse(iso) })

test.each([
  ['2026-11-25T03:04:05.678+00:00', '2026-11-25T03:04:05.678Z'],
  ['2026-11-25T03:04:05Z', '2026-11-25T03:04:05Z'],
  ['2026-11-25T03:04:05', '2026-11-25T03:04:05Z'],
  ['2026-11-25T03:04', '2026-11-25T03:04:00Z'],
  ['2026-11-25', '2026-11-25T00:00:00Z'],
  ['2026-11-25T03:04:05+05:30', '2026-11-24T21:34:05Z'],
  ['2026-11-25T03:04:05+0530', '2026-11-24T21:34:05Z'],
  ['2026-11-25 20:39:59.540771+00', '2026-11-25T20:39:59.540Z'],
  ['2026-11-25T03:04:05.6Z', '2026-11-25T03:04:05.600Z'],
  [' 2026-11-25T03:04:05z ', '2026-11-25T03:04:05Z'],
  ['in 1 min', '2026-11-24T10:01:00Z'],
  ['in 1 hour', '2026-11-24T11:00:00Z'],
  ['in an hour', '2026-11-24T11:00:00Z'],
  ['tomorrow at 9am', '2026-11-25T09:00:00Z'],
  ['Friday at 3pm', '2026-11-27T15:00:00Z'],
  ['Friday at 3pm ET', '2026-11-27T20:00:00Z'],
  ['on friday at 10am', '2026-11-27T10:00:00Z'],
  ['at 5pm', '2026-11-24T17:00:00Z'],
  ['Dec 1 2026 10:00 +0200', '2026-12-01T08:00:00Z'],
  ['now', '2026-11-24T10:00:00Z'],
  ['2026-11-24T10:00:00Z', '2026-11-24T10:00:00Z'],
  ['2026-12-24T10:00:00Z', '2026-12-24T10:00:00Z'],
])('%j is %s', (text, iso) => {
  expect(scheduledTime(text, NOW)).toEqual(at(iso))
})

test('a few seconds ago is now', () => {
  expect(scheduledTime('2026-11-24T09:59:55Z', NOW)).toEqual({ at: NOW })
})

test.each([
  ['2026-11-24T09:59:00Z', 'past'],
  ['yesterday', 'past'],
  ['5 minutes ago', 'past'],
  ['2026-12-24T10:00:01Z', '30 days'],
  ['in 31 days', '30 days'],
  ['', 'ISO'],
  ['whenever', 'ISO'],
  ['tomorrow or friday', 'ISO'],
  ['tomorrow at 9am sharp please', 'ISO'],
  ['2026-02-30T00:00:00Z', 'ISO'],
  ['2026-13-01', 'ISO'],
  ['2026-11-25T25:00:00Z', 'ISO'],
  ['2026-11-25T03:04:05+99:00', 'ISO'],
  [`in 1 ${'hour '.repeat(100)}`, 'ISO'],
])('%j is refused: %s', (text, why) => {
  expect(scheduledTime(text, NOW)).toEqual({ fault: expect.stringContaining(why) })
})

test('a day that the calendar does not have is no time', () => {
  expect([isoTime('2026-02-29'), isoTime('2028-02-29')]).toEqual([null, Date.UTC(2028, 1, 29)])
})

import { env } from 'cloudflare:workers'
import { afterEach, expect, test, vi } from 'vitest'
import { reportGaps } from '../../src/sweeper/report-gaps.ts'
import { aSweeper } from '../support/a-sweeper.ts'
import { NOW } from '../support/an-api.ts'

const MINUTE = 60_000
const SILENCE = 76 * MINUTE

afterEach(async () => {
  vi.restoreAllMocks()
  await env.DB.batch(['minutes', 'settings'].map((table) => env.DB.prepare(`DELETE FROM ${table}`)))
})

async function aMinute(at: number, answered: number, seen: number): Promise<void> {
  await env.DB.prepare('INSERT INTO minutes VALUES (?1, ?2, ?3, ?1)').bind(at, answered, seen).run()
}

function told(): unknown[] {
  const error = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  return error.mock.calls
}

test('events that never came are reported once, with how many and until when', async () => {
  await aMinute(NOW, 5, 3)
  await aMinute(NOW + MINUTE, 4, 4)
  await aMinute(NOW + 2 * MINUTE, 9, 2)
  const { deps, clock } = aSweeper()
  const lines = told()
  clock.now = NOW + SILENCE - 1
  await reportGaps(deps)
  expect(lines).toEqual([])
  clock.now = NOW + 2 * MINUTE + SILENCE
  await reportGaps(deps)
  await reportGaps(deps)
  const claimedUntil = new Date(NOW + 2 * MINUTE).toISOString()
  expect(lines).toEqual([['events never came', { emails: 9, claimedUntil }]])
})

test('a later gap is reported by itself', async () => {
  const { deps, clock } = aSweeper()
  const lines = told()
  await aMinute(NOW, 1, 0)
  clock.now = NOW + SILENCE
  await reportGaps(deps)
  await aMinute(NOW + MINUTE, 2, 0)
  clock.now += MINUTE
  await reportGaps(deps)
  expect(lines).toMatchObject([
    ['events never came', { emails: 1 }],
    ['events never came', { emails: 2 }],
  ])
})

test('an event that came before its answer was recorded is no gap', async () => {
  await aMinute(NOW, 1, 2)
  const { deps, clock } = aSweeper()
  const lines = told()
  clock.now = NOW + SILENCE
  await reportGaps(deps)
  expect(lines).toEqual([])
})

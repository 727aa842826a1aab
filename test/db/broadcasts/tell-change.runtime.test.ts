import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import {
  brakeBroadcast,
  cancelBroadcast,
  pauseBroadcast,
  resumeBroadcast,
  startDueBroadcasts,
} from '../../../src/db/broadcasts/change-broadcast.ts'
import { endBroadcast } from '../../../src/db/broadcasts/release-ranges.ts'
import { feedEnds, readFeed } from '../../../src/db/webhooks/read-feed.ts'
import { aBroadcast, scheduleBroadcast, startBroadcast } from '../../support/a-broadcast.ts'
import { NOW } from '../../support/an-api.ts'

const { DB } = env

/** What some doing is told as. */
async function toldOf(change: () => Promise<unknown>): Promise<unknown[]> {
  const { newest } = await feedEnds(DB)
  await change()
  return (await readFeed(DB, newest, 100)).map(({ notice }) => notice)
}

test('each change of a broadcast is told, and what changes nothing is not', async () => {
  const id = await aBroadcast(3)
  const steps: [string, () => Promise<unknown>, string | null][] = [
    ['broadcast.sending', () => startBroadcast(id), null],
    ['broadcast.paused', () => pauseBroadcast(DB, id, NOW, 'paused by hand'), 'paused by hand'],
    ['broadcast.resumed', () => resumeBroadcast(DB, id, NOW), null],
    ['broadcast.braked', () => brakeBroadcast(DB, id, NOW, 'too many bounces'), 'too many bounces'],
    ['broadcast.canceled', () => cancelBroadcast(DB, id, NOW), null],
  ]
  for (const [type, change, reason] of steps) {
    expect(await toldOf(change)).toEqual([{ type, data: { id, reason } }])
    expect(await toldOf(change)).toEqual([])
  }
})

test('sending is told when it begins, by hand or when its time has come', async () => {
  const [now, later] = [await aBroadcast(3), await aBroadcast(3)]
  expect(await toldOf(() => startBroadcast(now))).toMatchObject([{ data: { id: now } }])
  expect(await toldOf(() => scheduleBroadcast(later, NOW + 60_000))).toEqual([])
  expect(await toldOf(() => scheduleBroadcast(later, NOW + 9))).toEqual([])
  expect(await toldOf(() => startDueBroadcasts(DB, NOW + 8))).toEqual([])
  expect(await toldOf(() => startDueBroadcasts(DB, NOW + 9))).toEqual([
    { type: 'broadcast.sending', data: { id: later, reason: null } },
  ])
})

test('the end is told once', async () => {
  const id = await aBroadcast(0, { state: 'sending', cut_at: NOW })
  expect(await toldOf(() => endBroadcast(DB, id, NOW))).toMatchObject([
    { type: 'broadcast.sent', data: { id } },
  ])
  expect(await toldOf(() => endBroadcast(DB, id, NOW))).toEqual([])
})

import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import {
  cancelBroadcast,
  pauseBroadcast,
  resumeBroadcast,
} from '../../src/db/broadcasts/change-broadcast.ts'
import { cutRanges } from '../../src/db/broadcasts/cut-ranges.ts'
import { releaseRanges } from '../../src/db/broadcasts/release-ranges.ts'
import { claimEmails } from '../../src/db/claim-emails.ts'
import { markCall } from '../../src/db/mark-call.ts'
import { broadcastFile } from '../../src/domain/broadcast-file.ts'
import { firstIdAt } from '../../src/domain/id.ts'
import { fileStore } from '../../src/files/files.ts'
import { sweep } from '../../src/sweeper/sweep.ts'
import { aBroadcast, scheduleBroadcast, startBroadcast } from '../support/a-broadcast.ts'
import { aSweeper } from '../support/a-sweeper.ts'
import { NOW } from '../support/an-api.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

async function released(
  recipients: number,
): Promise<{ id: string; ranges: { broadcast: string; first: string; last: string }[] }> {
  const id = await aBroadcast(recipients)
  await startBroadcast(id)
  while (await cutRanges(env.DB, id, NOW));
  const ranges = await releaseRanges(env.DB, { id, upTo: recipients, now: NOW, limit: 100 })
  return {
    id,
    ranges: ranges.map(({ first_id, last_id }) => ({
      broadcast: id,
      first: first_id,
      last: last_id,
    })),
  }
}

async function count(id: string, state: string): Promise<number | null> {
  return env.DB.prepare('SELECT count(*) AS n FROM emails WHERE broadcast_id = ?1 AND state = ?2')
    .bind(id, state)
    .first<number>('n')
}

test('a scheduled broadcast starts when it is due and the Governor is woken', async () => {
  const id = await aBroadcast(1)
  await scheduleBroadcast(id, NOW + MINUTE)
  const { deps, clock, woken } = aSweeper()
  await sweep(deps)
  const before = woken.times
  clock.now += MINUTE
  await sweep(deps)
  expect(woken.times).toBe(before + 1)
  const broadcast = await env.DB.prepare('SELECT state, started_at FROM broadcasts WHERE id = ?1')
    .bind(id)
    .first()
  expect(broadcast).toEqual({ state: 'sending', started_at: NOW + MINUTE })
})

test('released ranges whose jobs were lost get new ones after two sweeps', async () => {
  const { id } = await released(120)
  const { deps, clock, ranges } = aSweeper()
  clock.now += 2 * MINUTE - 1
  await sweep(deps)
  expect(ranges.filter(({ broadcast }) => broadcast === id)).toEqual([])
  clock.now += 1
  await sweep(deps)
  expect(ranges.filter(({ broadcast }) => broadcast === id).map(({ n }) => n)).toEqual([0, 1, 2])
})

test('leases of a broadcast that ran out are found within its released ranges', async () => {
  const { id, ranges } = await released(50)
  const claimed = await claimEmails(env.DB, {
    ranges,
    limit: 50,
    now: NOW,
    token: 'Lost4567',
    leaseMs: MINUTE,
  })
  await markCall(env.DB, {
    claimedAt: NOW,
    claimToken: 'Lost4567',
    number: 0,
    attempts: claimed.emails.slice(0, 20).map(({ attempt }) => attempt),
  })
  const { deps, clock } = aSweeper()
  clock.now += MINUTE
  await sweep(deps)
  expect([await count(id, 'in_doubt'), await count(id, 'queued')]).toEqual([20, 30])
})

test('a canceled broadcast is closed in the background, what was called is not', async () => {
  const { id, ranges } = await released(100)
  await claimEmails(env.DB, {
    ranges: ranges.slice(0, 1),
    limit: 50,
    now: NOW,
    token: 'Busy4567',
    leaseMs: MINUTE,
  })
  await cancelBroadcast(env.DB, id, NOW)
  const { deps } = aSweeper()
  await sweep(deps)
  expect([await count(id, 'sending'), await count(id, 'canceled')]).toEqual([50, 50])
})

test('a broadcast goes as a whole half a year after its end', async () => {
  const { id } = await released(60)
  await env.DB.batch([
    env.DB.prepare(`UPDATE emails SET state = 'sent' WHERE broadcast_id = ?1`).bind(id),
    env.DB.prepare(
      `UPDATE broadcasts SET state = 'sent', ended_at = ?2, attachments = '[{"file":"broadcasts/a/0"}]' WHERE id = ?1`,
    ).bind(id, NOW - 200 * DAY),
  ])
  await fileStore(env.FILES).put('broadcasts/a/0', 'attachment')
  const { deps } = aSweeper()
  await sweep(deps)
  expect((await env.FILES.list()).objects).toEqual([])
  const left = await env.DB.prepare(
    `SELECT (SELECT count(*) FROM emails WHERE broadcast_id = ?1) AS emails,
       (SELECT count(*) FROM ranges WHERE broadcast_id = ?1) AS ranges,
       (SELECT count(*) FROM broadcasts WHERE id = ?1) AS broadcasts`,
  )
    .bind(id)
    .first()
  expect(left).toEqual({ emails: 0, ranges: 0, broadcasts: 0 })
})

test('emails of a paused broadcast do not stand before those of another', async () => {
  const [paused, other] = [(await released(3)).id, (await released(2)).id]
  await env.DB.prepare(`UPDATE emails SET due_at = ?2 WHERE broadcast_id = ?1`)
    .bind(paused, NOW - 60 * MINUTE)
    .run()
  await env.DB.prepare(`UPDATE emails SET due_at = ?2 WHERE broadcast_id = ?1`)
    .bind(other, NOW - 30 * MINUTE)
    .run()
  await pauseBroadcast(env.DB, paused, NOW, null)
  const { deps, enqueued } = aSweeper({ perMinute: async () => 2 })
  await sweep(deps)
  const { results } = await env.DB.prepare('SELECT id FROM emails WHERE broadcast_id = ?1')
    .bind(other)
    .all()
  expect(enqueued.map(({ id }) => id).toSorted()).toEqual(results.map(({ id }) => id))
})

test('a broadcast that was canceled before it was cut is closed, too', async () => {
  const id = await aBroadcast(60)
  await startBroadcast(id)
  await cancelBroadcast(env.DB, id, NOW)
  await sweep(aSweeper().deps)
  expect(await count(id, 'canceled')).toBe(60)
})

test('a lease that nobody ends is found though its broadcast was paused, resumed and canceled', async () => {
  const { id, ranges } = await released(50)
  const claim = { limit: 20, now: NOW, token: 'Gone4567', leaseMs: MINUTE }
  await claimEmails(env.DB, { ranges, ...claim })
  await pauseBroadcast(env.DB, id, NOW, null)
  await resumeBroadcast(env.DB, id, NOW)
  await cancelBroadcast(env.DB, id, NOW)
  const { deps, clock } = aSweeper()
  for (const _ of [1, 2]) {
    clock.now += MINUTE
    await sweep(deps)
  }
  expect(await count(id, 'canceled')).toBe(50)
})

test('attachments of which no broadcast speaks are removed, and no others', async () => {
  const files = fileStore(env.FILES)
  const { deps, clock } = aSweeper()
  clock.now += 120 * MINUTE
  const aged = (minutes: number) => firstIdAt(clock.now - minutes * MINUTE)
  const sent = await aBroadcast(0, { state: 'sent' })
  const draft = await aBroadcast(0)
  await env.DB.prepare('UPDATE broadcasts SET attachments = ?2 WHERE id = ?1')
    .bind(sent, JSON.stringify([{ file: broadcastFile(sent, 1) }]))
    .run()
  const kept = [broadcastFile(sent, 1), broadcastFile(draft, 0), broadcastFile(aged(30), 0)]
  const gone = [
    broadcastFile(sent, 0),
    broadcastFile(aged(90), 0),
    broadcastFile(aged(90 * 24 * 60), 3),
  ]
  for (const file of [...kept, ...gone]) await files.put(file, 'attachment')
  await sweep(deps)
  const { objects } = await env.FILES.list({ prefix: 'broadcasts/' })
  expect(objects.map(({ key }) => key)).toEqual(kept)
})

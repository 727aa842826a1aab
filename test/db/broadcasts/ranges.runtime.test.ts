import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import {
  cancelBroadcast,
  closeCanceled,
  pauseBroadcast,
  resumeBroadcast,
  startBroadcast,
} from '../../../src/db/broadcasts/change-broadcast.ts'
import { cutRanges } from '../../../src/db/broadcasts/cut-ranges.ts'
import {
  endBroadcast,
  lostRanges,
  releaseRanges,
} from '../../../src/db/broadcasts/release-ranges.ts'
import { emailIdOf, uploadRecipients } from '../../../src/db/broadcasts/upload-recipients.ts'
import { broadcastKeys } from '../../../src/domain/broadcast-email-id.ts'
import { aBroadcast, people } from '../../support/a-broadcast.ts'
import { NOW } from '../../support/an-api.ts'

async function started(recipients: number): Promise<string> {
  const id = await aBroadcast(recipients)
  await startBroadcast(env.DB, id, NOW)
  while (await cutRanges(env.DB, id, NOW));
  return id
}

async function states(id: string): Promise<Record<string, number>> {
  const { results } = await env.DB.prepare(
    'SELECT state, count(*) AS n FROM ranges WHERE broadcast_id = ?1 GROUP BY state ORDER BY state',
  )
    .bind(id)
    .all<{ state: string; n: number }>()
  return Object.fromEntries(results.map(({ state, n }) => [state, n]))
}

test('repeating an upload changes nothing, other variables replace', async () => {
  const id = await aBroadcast(0)
  expect(await uploadRecipients(env.DB, id, people(3))).toEqual({
    added: 3,
    replaced: 0,
    collided: [],
  })
  expect(await uploadRecipients(env.DB, id, people(3))).toEqual({
    added: 0,
    replaced: 0,
    collided: [],
  })
  expect(await uploadRecipients(env.DB, id, people(4, 'Grace'))).toEqual({
    added: 1,
    replaced: 3,
    collided: [],
  })
})

test('once it is no draft, an upload writes nothing', async () => {
  const id = await started(2)
  expect(await uploadRecipients(env.DB, id, people(3, 'Grace'))).toBeNull()
  const names = await env.DB.prepare('SELECT name FROM emails WHERE broadcast_id = ?1')
    .bind(id)
    .all()
  expect(names.results).toEqual([{ name: 'Ada' }, { name: 'Ada' }])
})

test('an address whose id another has is reported and not merged', async () => {
  const id = await aBroadcast(1)
  await env.DB.prepare(`UPDATE emails SET address = 'other@customer.dev' WHERE id = ?1`)
    .bind(emailIdOf(id, 'person0@customer.dev'))
    .run()
  expect(await uploadRecipients(env.DB, id, people(1, 'Grace'))).toEqual({
    added: 0,
    replaced: 0,
    collided: ['person0@customer.dev'],
  })
})

test('a started broadcast is cut into ranges of fifty that hold everybody once', async () => {
  const id = await started(120)
  const ranges = await env.DB.prepare(
    `SELECT n, recipients, (SELECT count(*) FROM emails WHERE id BETWEEN first_id AND last_id AND broadcast_id = ?1) AS held
     FROM ranges WHERE broadcast_id = ?1 ORDER BY n`,
  )
    .bind(id)
    .all()
  expect(ranges.results).toEqual([
    { n: 0, recipients: 50, held: 50 },
    { n: 1, recipients: 50, held: 50 },
    { n: 2, recipients: 20, held: 20 },
  ])
  const audience = await env.DB.prepare('SELECT audience FROM broadcasts WHERE id = ?1')
    .bind(id)
    .first()
  expect(audience).toEqual({ audience: 120 })
})

test('a crash between two cuts costs nothing', async () => {
  const id = await aBroadcast(0)
  for (let part = 0; part < 3; part += 1) {
    const some = Array.from({ length: 4000 }, (_, n) => ({
      address: `p${part}-${n}@customer.dev`,
      name: null,
      variables: null,
    }))
    await uploadRecipients(env.DB, id, some)
  }
  await startBroadcast(env.DB, id, NOW)
  expect(await cutRanges(env.DB, id, NOW)).toBe(true)
  expect(await releaseRanges(env.DB, { id, upTo: 100, now: NOW, limit: 10 })).toEqual([])
  // Another process takes over.
  expect(await cutRanges(env.DB, id, NOW)).toBe(false)
  expect(await states(id)).toEqual({ waiting: 240 })
})

test('no more is released than the seconds of work that were asked for', async () => {
  const id = await started(500)
  const first = await releaseRanges(env.DB, { id, upTo: 170, now: NOW, limit: 100 })
  expect(first.map(({ n }) => n)).toEqual([0, 1, 2])
  expect(await releaseRanges(env.DB, { id, upTo: 170, now: NOW, limit: 100 })).toEqual([])
  await env.DB.prepare(
    `UPDATE emails SET state = 'sent' WHERE id BETWEEN ?1 AND ?2 AND broadcast_id = ?3`,
  )
    .bind(first[0]?.first_id, first[0]?.last_id, id)
    .run()
  const next = await releaseRanges(env.DB, { id, upTo: 170, now: NOW, limit: 100 })
  expect(next.map(({ n }) => n)).toEqual([3])
  expect(await states(id)).toEqual({ finished: 1, released: 3, waiting: 6 })
})

test('an email that has to wait for a time of its own does not hold its range', async () => {
  const id = await started(50)
  await releaseRanges(env.DB, { id, upTo: 50, now: NOW, limit: 10 })
  await env.DB.prepare(`UPDATE emails SET state = 'sent' WHERE broadcast_id = ?1`).bind(id).run()
  await env.DB.prepare(`UPDATE emails SET state = 'queued', due_at = ?2 WHERE id = ?1`)
    .bind(emailIdOf(id, 'person7@customer.dev'), NOW + 1000)
    .run()
  await releaseRanges(env.DB, { id, upTo: 50, now: NOW, limit: 10 })
  expect(await endBroadcast(env.DB, id, NOW)).toBe(true)
})

test('pausing releases nothing more, resuming releases again what was not finished', async () => {
  const id = await started(200)
  await releaseRanges(env.DB, { id, upTo: 100, now: NOW, limit: 10 })
  expect(await pauseBroadcast(env.DB, id, NOW, null)).toBe(true)
  expect(await releaseRanges(env.DB, { id, upTo: 1000, now: NOW, limit: 10 })).toEqual([])
  expect(await resumeBroadcast(env.DB, id, NOW)).toBe(true)
  const again = await releaseRanges(env.DB, { id, upTo: 100, now: NOW, limit: 10 })
  expect(again.map(({ n }) => n)).toEqual([0, 1])
})

test('ranges whose jobs are lost are found again', async () => {
  const id = await started(100)
  await releaseRanges(env.DB, { id, upTo: 100, now: NOW, limit: 10 })
  expect(await lostRanges(env.DB, id, NOW - 1, 10)).toEqual([])
  expect((await lostRanges(env.DB, id, NOW, 10)).map(({ n }) => n)).toEqual([0, 1])
})

test('a canceled broadcast is closed in the background, a chunk at a time', async () => {
  const id = await started(100)
  expect(await cancelBroadcast(env.DB, id, NOW)).toBe(true)
  const { first, last } = broadcastKeys(id)
  expect(await closeCanceled(env.DB, { id, first, last, limit: 60 })).toBe(60)
  expect(await closeCanceled(env.DB, { id, first, last, limit: 60 })).toBe(40)
  expect(await closeCanceled(env.DB, { id, first, last, limit: 60 })).toBe(0)
})

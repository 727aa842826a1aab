import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import {
  cancelBroadcast,
  pauseBroadcast,
  resumeBroadcast,
} from '../../../src/db/broadcasts/change-broadcast.ts'
import { closeCanceled } from '../../../src/db/broadcasts/close-canceled.ts'
import { cutRanges } from '../../../src/db/broadcasts/cut-ranges.ts'
import {
  endBroadcast,
  lostRanges,
  releaseRanges,
} from '../../../src/db/broadcasts/release-ranges.ts'
import { emailIdOf, uploadRecipients } from '../../../src/db/broadcasts/upload-recipients.ts'
import { aBroadcast, people, startBroadcast } from '../../support/a-broadcast.ts'
import { NOW } from '../../support/an-api.ts'
import { type Seen, watchedDatabase } from '../../support/watched-database.ts'

async function started(recipients: number): Promise<string> {
  const id = await aBroadcast(recipients)
  await startBroadcast(id)
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

/** Rows that statements read when they are run once more. */
async function rowsRead(statements: Seen[]): Promise<number> {
  let read = 0
  for (const { sql, args } of statements) {
    const { meta } = await env.DB.prepare(sql)
      .bind(...args)
      .run()
    read += meta.rows_read
  }
  return read
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
  await startBroadcast(id)
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

test('an email that has to wait for a time of its own does not hold its range, but the end', async () => {
  const id = await started(50)
  await releaseRanges(env.DB, { id, upTo: 50, now: NOW, limit: 10 })
  await env.DB.prepare(`UPDATE emails SET state = 'sent' WHERE broadcast_id = ?1`).bind(id).run()
  const late = emailIdOf(id, 'person7@customer.dev')
  await env.DB.prepare(`UPDATE emails SET state = 'queued', due_at = ?2 WHERE id = ?1`)
    .bind(late, NOW + 1000)
    .run()
  await releaseRanges(env.DB, { id, upTo: 50, now: NOW, limit: 10 })
  expect(await states(id)).toEqual({ finished: 1 })
  expect(await endBroadcast(env.DB, id, NOW)).toBe(false)
  await env.DB.prepare(`UPDATE emails SET state = 'sent', due_at = NULL WHERE id = ?1`)
    .bind(late)
    .run()
  expect(await endBroadcast(env.DB, id, NOW)).toBe(true)
})

test('whether a broadcast has ended is asked of a few rows, whatever its size', async () => {
  const id = await started(1)
  await env.DB.prepare(
    `WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 5000)
     INSERT INTO ranges SELECT ?1, n, 'a', 'b', 50, 'finished', 1 FROM counted`,
  )
    .bind(id)
    .run()
  const { db, seen } = watchedDatabase()
  expect(await endBroadcast(db, id, NOW)).toBe(false)
  expect(await rowsRead(seen)).toBeLessThan(20)
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
  const id = await started(120)
  const retried = emailIdOf(id, 'person7@customer.dev')
  await env.DB.prepare(`UPDATE ranges SET state = 'finished' WHERE broadcast_id = ?1 AND n = 2`)
    .bind(id)
    .run()
  await env.DB.prepare(
    `UPDATE emails SET due_at = ?2 WHERE broadcast_id = ?1 AND (id = ?3 OR id >= (
       SELECT first_id FROM ranges WHERE broadcast_id = ?1 AND n = 2))`,
  )
    .bind(id, NOW + 1, retried)
    .run()
  expect(await cancelBroadcast(env.DB, id, NOW)).toBe(true)
  const closed = []
  for (const _ of [1, 2, 3, 4]) closed.push(await closeCanceled(env.DB, id, { ranges: 1, due: 9 }))
  expect(closed.reduce((sum, each) => sum + each, 0)).toBe(120)
  expect(await closeCanceled(env.DB, id, { ranges: 1, due: 9 })).toBe(0)
  expect(await states(id)).toEqual({ finished: 3 })
})

test('what is closed is not looked through again', async () => {
  const id = await started(2000)
  await cancelBroadcast(env.DB, id, NOW)
  expect(await closeCanceled(env.DB, id, { ranges: 200, due: 9 })).toBe(2000)
  const { db, seen } = watchedDatabase()
  expect(await closeCanceled(db, id, { ranges: 200, due: 9 })).toBe(0)
  expect(await rowsRead(seen)).toBeLessThan(50)
})

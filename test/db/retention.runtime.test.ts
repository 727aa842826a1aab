import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import {
  deleteOldEmails,
  deleteOldRecords,
  forgetBodies,
  nextOldBodies,
} from '../../src/db/retention.ts'
import { aBroadcast } from '../support/a-broadcast.ts'
import { NOW, TOKEN } from '../support/lifecycle.ts'
import { racingDatabase } from '../support/racing-database.ts'
import { anEmailRow, clear, rowOf } from '../support/rows.ts'

const { DB } = env
const AFTER_ALL = 'g'

beforeEach(async () => {
  await clear()
  await DB.batch(
    ['contents', 'idempotency', 'broadcasts'].map((table) => DB.prepare(`DELETE FROM ${table}`)),
  )
})

async function aContent(id: string, last = id): Promise<void> {
  await DB.prepare(
    `INSERT INTO contents (id, last_email_id, sender, subject, text) VALUES (?1, ?2, 'a@b.dev', 'x', 'body')`,
  )
    .bind(id, last)
    .run()
}

async function column(sql: string): Promise<unknown[]> {
  const { results } = await DB.prepare(sql).all()
  return results.map((row) => Object.values(row)[0])
}

const FIRST = '019ab2c3-d4e5-7f60-8a1b-000000000001'
const SECOND = '019ab2c3-d4e5-7f60-8a1b-000000000002'

test('emails of a broadcast are not deleted one by one', async () => {
  const broadcast_id = await aBroadcast(0, { state: 'sent' })
  const { id } = await anEmailRow({ state: 'sent' }, { broadcast_id, priority: 'bulk' })
  expect(await deleteOldEmails(DB, AFTER_ALL, 10)).toBe(0)
  expect((await rowOf(id)).state).toBe('sent')
})

test('a content stays while another email uses it', async () => {
  await aContent(FIRST, SECOND)
  await anEmailRow({ id: FIRST, state: 'sent' }, { content_id: FIRST })
  await anEmailRow({ id: SECOND, state: 'sent' }, { content_id: FIRST })
  expect(await deleteOldEmails(DB, SECOND, 10)).toBe(1)
  expect(await column('SELECT id FROM contents')).toEqual([FIRST])
  expect(await deleteOldEmails(DB, AFTER_ALL, 10)).toBe(1)
  expect(await column('SELECT id FROM contents')).toEqual([])
})

test('an email that is sent again meanwhile is not deleted', async () => {
  await aContent(FIRST)
  await anEmailRow({ id: FIRST, state: 'unknown' }, { content_id: FIRST })
  const db = racingDatabase(() => DB.prepare(`UPDATE emails SET state = 'queued'`).run())
  expect(await deleteOldEmails(db, AFTER_ALL, 10)).toBe(0)
  expect((await rowOf(FIRST)).state).toBe('queued')
})

const all = { afterId: '', beforeId: AFTER_ALL, limit: 10 }

test('the bodies of an email that is still to be sent are not forgotten', async () => {
  await aContent(FIRST, SECOND)
  await anEmailRow({ id: FIRST, state: 'sent' }, { content_id: FIRST })
  await anEmailRow({ id: SECOND, state: 'queued' }, { content_id: FIRST })
  expect(await nextOldBodies(DB, all)).toEqual([])
  await forgetBodies(DB, [FIRST], NOW)
  expect(await column('SELECT text FROM contents')).toEqual(['body'])
})

test('the bodies of emails that are done are forgotten', async () => {
  await aContent(FIRST)
  await anEmailRow({ id: FIRST, state: 'sent' }, { content_id: FIRST })
  expect(await nextOldBodies(DB, all)).toHaveLength(1)
  await forgetBodies(DB, [FIRST], NOW)
  expect(await column('SELECT text FROM contents')).toEqual([null])
})

test('of the small tables only what is old goes', async () => {
  for (const at of [NOW - 1, NOW]) {
    await DB.batch([
      DB.prepare(
        'INSERT INTO calls (claimed_at, claim_token, number, attempts) VALUES (?1, ?2, 0, ?3)',
      ).bind(at, TOKEN, '[]'),
      DB.prepare(
        'INSERT INTO idempotency (key, fingerprint, answer, created_at) VALUES (?1, ?2, ?2, ?3)',
      ).bind(String(at), 'x', at),
      DB.prepare(
        `INSERT INTO dead_letters (id, queue, body, reason, attempts, queued_at, created_at)
         VALUES (?1, 'q', '{}', 'x', 1, ?2, ?2)`,
      ).bind(String(at), at),
      DB.prepare('INSERT INTO feed (at, keys) VALUES (?1, ?2)').bind(at, '[]'),
      DB.prepare('INSERT INTO minutes (minute, answered, seen) VALUES (?1, 1, 1)').bind(at),
    ])
  }
  await deleteOldRecords(DB, {
    feedBefore: NOW,
    minutesBefore: NOW,
    callsBefore: NOW,
    idempotencyBefore: NOW,
    deadLettersBefore: NOW,
    limit: 10,
  })
  expect(await column('SELECT claimed_at FROM calls')).toEqual([NOW])
  expect(await column('SELECT created_at FROM idempotency')).toEqual([NOW])
  expect(await column('SELECT created_at FROM dead_letters')).toEqual([NOW])
  expect(await column('SELECT at FROM feed')).toEqual([NOW])
  expect(await column('SELECT minute FROM minutes')).toEqual([NOW])
})

import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { expireEmails } from '../../src/db/expire-emails.ts'
import { expireLeases } from '../../src/db/expire-leases.ts'
import { settleDoubts } from '../../src/db/settle-doubts.ts'
import { feedEntriesOf, eventsOf } from '../support/lifecycle-row.ts'
import { NOW } from '../support/lifecycle.ts'
import { WINDOW_MS } from '../support/operations.ts'
import { anEmailRow, clear, rowOf } from '../support/rows.ts'

beforeEach(clear)

const sweep = () => ({ now: NOW, windowMs: WINDOW_MS, limit: 500, recording: crypto.randomUUID() })

async function attemptsOf(id: string): Promise<unknown[]> {
  const rows = await env.DB.prepare('SELECT outcome FROM attempts WHERE email_id = ?1')
    .bind(id)
    .all()
  return rows.results
}

test('two sweeps of leases at once do what one does', async () => {
  const called = await anEmailRow({ state: 'sending', lease_until: NOW })
  const uncalled = await anEmailRow({ state: 'sending', lease_until: NOW })
  const running = await anEmailRow({ state: 'sending', lease_until: NOW + 1 })
  await env.DB.prepare(
    'INSERT INTO calls (claimed_at, claim_token, number, attempts) VALUES (?1, ?2, 0, ?3)',
  )
    .bind(called.claimed_at, called.attempt?.slice(-8), JSON.stringify([called.attempt]))
    .run()
  const counts = await Promise.all([
    expireLeases(env.DB, sweep()),
    expireLeases(env.DB, sweep()),
    expireLeases(env.DB, sweep()),
  ])
  expect(counts.reduce((sum, { requeued }) => sum + requeued, 0)).toBe(1)
  expect(counts.reduce((sum, { doubted }) => sum + doubted, 0)).toBe(1)
  expect((await rowOf(called.id)).state).toBe('in_doubt')
  expect((await rowOf(uncalled.id)).state).toBe('queued')
  expect((await rowOf(running.id)).state).toBe('sending')
  expect(await attemptsOf(called.id)).toEqual([])
  expect(await attemptsOf(uncalled.id)).toEqual([{ outcome: 'not called' }])
  expect(await eventsOf(called.id)).toHaveLength(1)
  expect(await feedEntriesOf(called.id)).toBe(1)
})

test('two sweeps of doubts at once resend once and never skip to unknown', async () => {
  const resend = await anEmailRow({ state: 'in_doubt' })
  const hold = await anEmailRow({ state: 'in_doubt', doubt_policy: 'hold' })
  const settled = await Promise.all(
    Array.from({ length: 3 }, () => settleDoubts(env.DB, [resend.id, hold.id], sweep())),
  )
  expect(settled.flatMap(({ resent }) => resent)).toEqual([resend.id])
  expect(settled.flatMap(({ unknown }) => unknown)).toEqual([hold.id])
  expect(await rowOf(resend.id)).toMatchObject({ state: 'queued', doubted: true, due_at: NOW })
  expect(await rowOf(hold.id)).toMatchObject({ state: 'unknown', due_at: null })
  expect(await attemptsOf(resend.id)).toEqual([{ outcome: 'no evidence' }])
  expect(await feedEntriesOf(hold.id)).toBe(1)
})

test('two sweeps of expired emails at once close and tell each once', async () => {
  const late = await anEmailRow({ expires_at: NOW })
  const open = await anEmailRow({ expires_at: NOW + 1 })
  const closed = await Promise.all([expireEmails(env.DB, sweep()), expireEmails(env.DB, sweep())])
  expect(closed.reduce((sum, each) => sum + each)).toBe(1)
  expect((await rowOf(late.id)).state).toBe('failed')
  expect((await rowOf(open.id)).state).toBe('queued')
  expect(await feedEntriesOf(late.id)).toBe(1)
})

test('a sweep takes no more than its chunk, and the next one the rest', async () => {
  for (let n = 0; n < 5; n++) await anEmailRow({ state: 'sending', lease_until: NOW })
  expect(await expireLeases(env.DB, { ...sweep(), limit: 3 })).toEqual({ requeued: 3, doubted: 0 })
  expect(await expireLeases(env.DB, { ...sweep(), limit: 3 })).toEqual({ requeued: 2, doubted: 0 })
})

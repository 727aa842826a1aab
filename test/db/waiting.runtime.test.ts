import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { senderInDoubt } from '../../src/db/canary.ts'
import { claimEmails } from '../../src/db/claim-emails.ts'
import { deferEmails } from '../../src/db/defer-emails.ts'
import { comingEmails, lostEmails } from '../../src/db/due-emails.ts'
import { expireEmails } from '../../src/db/expire-emails.ts'
import { expireLeases } from '../../src/db/expire-leases.ts'
import { leaveOut } from '../../src/db/leave-out.ts'
import { markCall } from '../../src/db/mark-call.ts'
import { doubtsPastWindow } from '../../src/db/settle-doubts.ts'
import type { Lifecycle } from '../../src/domain/transition.ts'
import { aBroadcast } from '../support/a-broadcast.ts'
import { NOW, TOKEN } from '../support/lifecycle.ts'
import { LEASE_MS, WINDOW_MS } from '../support/operations.ts'
import { racingDatabase } from '../support/racing-database.ts'
import { claimed } from '../support/record.ts'
import {
  anEmailRow,
  anEmailToSeveral,
  aSuppression,
  clear,
  recipientsOf,
  rowOf,
} from '../support/rows.ts'

const { DB } = env
beforeEach(clear)

const ids = (rows: { id: string }[]) => rows.map(({ id }) => id)

const NOT_WAITING: [string, Partial<Lifecycle>][] = [
  ['is being sent', { state: 'sending' }],
  ['is in doubt', { state: 'in_doubt' }],
  ['was canceled', { state: 'canceled' }],
  ['is known to be accepted', { evidence_at: NOW }],
]

test.each(NOT_WAITING)('an email that %s is not put off', async (_, fields) => {
  const { id, due_at } = await anEmailRow(fields)
  await deferEmails(DB, [id], NOW + 60_000, 'the quota is spent')
  expect((await rowOf(id)).due_at).toBe(due_at)
})

test('an email is put off to a later time, never to an earlier one', async () => {
  const { id } = await anEmailRow({ due_at: NOW + 120_000 })
  await deferEmails(DB, [id], NOW + 60_000, 'the quota is spent')
  expect((await rowOf(id)).due_at).toBe(NOW + 120_000)
})

test.each(NOT_WAITING)('an email that %s gets no job from the sweep', async (_, fields) => {
  await anEmailRow({ due_at: NOW, ...fields })
  const waiting = await anEmailRow({ due_at: NOW })
  expect(ids(await lostEmails(DB, 'normal', NOW, 10))).toEqual([waiting.id])
  const span = { after: NOW - 1, until: NOW, acceptedBefore: 'g', limit: 10 }
  expect(ids(await comingEmails(DB, span))).toEqual([waiting.id])
})

test('jobs of the coming hours are made for emails due in them, and for no others', async () => {
  await anEmailRow({ due_at: NOW })
  const coming = await anEmailRow({ due_at: NOW + 1 })
  await anEmailRow({ due_at: NOW + 3 })
  const span = { after: NOW, until: NOW + 2, acceptedBefore: 'g', limit: 10 }
  expect(ids(await comingEmails(DB, span))).toEqual([coming.id])
})

const asked = { now: NOW, windowMs: WINDOW_MS, proofMs: 5000 }

async function aDoubt(fields: Partial<Lifecycle> = {}, canary = 0): Promise<void> {
  const email = await anEmailRow({ state: 'in_doubt', ...fields }, { canary })
  await DB.prepare(
    'INSERT INTO contents (id, last_email_id, sender, subject) VALUES (?1, ?1, ?2, ?3)',
  )
    .bind(email.id, 'Acme <a@acme.dev>', 'x')
    .run()
}

test('a doubt that waits for proof asks for a canary', async () => {
  await aDoubt()
  expect(await senderInDoubt(DB, asked)).toBe('Acme <a@acme.dev>')
})

test('events of emails claimed earlier prove nothing of a later one', async () => {
  await aDoubt()
  await DB.prepare('INSERT INTO minutes (minute, answered, seen) VALUES (?1, 1, 1)')
    .bind(NOW - 60_000)
    .run()
  expect(await senderInDoubt(DB, asked)).toBe('Acme <a@acme.dev>')
})

test.each([
  ['that is sent', { state: 'sent', due_at: NOW }, 0],
  ['that is a canary itself', {}, 1],
  ['whose window is far away', { due_at: NOW + WINDOW_MS + 1 }, 0],
] satisfies [string, Partial<Lifecycle>, number][])(
  'an email %s asks for none',
  async (_, fields, canary) => {
    await aDoubt(fields, canary)
    expect(await senderInDoubt(DB, asked)).toBeNull()
  },
)

const call = (attempts: string[]) => ({ claimedAt: NOW, claimToken: TOKEN, number: 0, attempts })

test.each(['queued', 'in_doubt'] as const)(
  'no call is marked for an attempt whose lease ran out: the email is %s',
  async (state) => {
    const { id } = await anEmailRow({ due_at: NOW })
    const [attempt = ''] = await claimed([id])
    await DB.prepare('UPDATE emails SET state = ?2, lease_until = NULL WHERE id = ?1')
      .bind(id, state)
      .run()
    expect(await markCall(DB, call([attempt]))).toBe(false)
  },
)

test('a lease that another worker took meanwhile is not ended', async () => {
  const { id } = await anEmailRow({ due_at: NOW })
  await claimed([id])
  const later = NOW + LEASE_MS
  const db = racingDatabase(() =>
    DB.prepare('UPDATE emails SET lease_until = ?2 WHERE id = ?1')
      .bind(id, later + LEASE_MS)
      .run(),
  )
  await expireLeases(db, { now: later, windowMs: WINDOW_MS, limit: 10, recording: 'r' })
  expect(await rowOf(id)).toMatchObject({ state: 'sending', lease_until: later + LEASE_MS })
})

test('the first reason to leave a recipient out stays', async () => {
  const recipients = [
    { address: 'a@b.dev', left_out: 'not in the list of allowed addresses' },
    { address: 'c@b.dev' },
  ]
  const { id } = await anEmailToSeveral(recipients)
  await aSuppression('a@b.dev')
  await leaveOut(DB, [{ email_id: id, address: 'a@b.dev', reason: 'for another reason' }])
  const [attempt] = await claimed([id])
  expect(attempt).not.toBe('')
  const [first] = await recipientsOf(id)
  expect(first?.left_out).toBe('not in the list of allowed addresses')
})

test('a claim gives the recipients of what it took, and of those only who is not left out', async () => {
  const taken = await anEmailToSeveral([
    { address: 'a@b.dev', left_out: 'the address is suppressed' },
    { address: 'c@b.dev' },
  ])
  const over = await anEmailToSeveral([{ address: 'd@b.dev' }, { address: 'e@b.dev' }], {
    expires_at: NOW,
  })
  const { recipients } = await claimEmails(DB, {
    ids: [taken.id, over.id],
    now: NOW,
    token: TOKEN,
    leaseMs: LEASE_MS,
  })
  expect(recipients.map(({ address }) => address)).toEqual(['c@b.dev'])
})

const FIRST = '019ab2c3-d4e5-7f60-8a1b-000000000001'
const SECOND = '019ab2c3-d4e5-7f60-8a1b-000000000002'
const lease = { now: NOW, windowMs: WINDOW_MS, limit: 1, recording: 'r' }

test('a lease that runs takes no place of one that ran out', async () => {
  await anEmailRow({ id: FIRST, state: 'sending', due_at: NOW - 9 })
  await anEmailRow({ id: SECOND, state: 'sending', due_at: NOW - 8, lease_until: NOW })
  expect(await expireLeases(DB, lease)).toEqual({ requeued: 1, doubted: 0 })
})

test('nor does it in a broadcast', async () => {
  const broadcast_id = await aBroadcast(0, { state: 'sending' })
  await DB.prepare(
    `INSERT INTO ranges (broadcast_id, n, first_id, last_id, recipients, state) VALUES (?1, 0, ?2, ?3, 2, 'released')`,
  )
    .bind(broadcast_id, FIRST, SECOND)
    .run()
  const of = { broadcast_id, priority: 'bulk' }
  await anEmailRow({ id: FIRST, state: 'sending', due_at: null }, of)
  await anEmailRow({ id: SECOND, state: 'sending', due_at: null, lease_until: NOW }, of)
  expect(await expireLeases(DB, lease)).toEqual({ requeued: 1, doubted: 0 })
})

test.each([
  ['that has no end', { expires_at: null }],
  ['that is being sent', { state: 'sending', expires_at: NOW }],
] satisfies [string, Partial<Lifecycle>][])(
  'an email %s takes no place of one that is over',
  async (_, fields) => {
    await anEmailRow({ due_at: NOW - 9, ...fields })
    const over = await anEmailRow({ due_at: NOW - 8, expires_at: NOW })
    expect(await expireEmails(DB, { now: NOW, limit: 1, recording: 'r' })).toBe(1)
    expect((await rowOf(over.id)).state).toBe('failed')
  },
)

test('of the doubts only those whose window is over', async () => {
  const over = await anEmailRow({ state: 'in_doubt', due_at: NOW })
  await anEmailRow({ state: 'in_doubt', due_at: NOW + 1 })
  await anEmailRow({ state: 'sending', due_at: NOW })
  expect(ids(await doubtsPastWindow(DB, NOW, 10))).toEqual([over.id])
})

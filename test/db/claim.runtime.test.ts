import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { claimEmails } from '../../src/db/claim-emails.ts'
import { markCall } from '../../src/db/mark-call.ts'
import { databaseThatFails } from '../support/broken-database.ts'
import { attemptOf, NOW, OTHER_TOKEN, TOKEN } from '../support/lifecycle.ts'
import { LEASE_MS } from '../support/operations.ts'
import { claimed } from '../support/record.ts'
import { addressOf, anEmailRow, anEmailToSeveral, aSuppression, clear } from '../support/rows.ts'
import { rowOf } from '../support/rows.ts'

beforeEach(clear)

const request = (ids: string[]) => ({ ids, now: NOW, token: TOKEN, leaseMs: LEASE_MS })

test('a claim that throws after its commit is read back, with all that it took', async () => {
  const one = await anEmailRow()
  const several = await anEmailToSeveral([
    { address: 'a@b.dev' },
    { address: 'c@b.dev', kind: 'cc' },
  ])
  const gone = await anEmailRow()
  await aSuppression(addressOf(gone.id))
  const { emails, recipients } = await claimEmails(
    databaseThatFails('after'),
    request([one.id, several.id, gone.id]),
  )
  expect(new Map(emails.map(({ id, state }) => [id, state]))).toEqual(
    new Map([
      [one.id, 'sending'],
      [several.id, 'sending'],
      [gone.id, 'suppressed'],
    ]),
  )
  expect(emails.find(({ id }) => id === one.id)?.attempt).toBe(attemptOf(1, TOKEN, one.id))
  expect(recipients.map(({ address }) => address)).toEqual(['a@b.dev', 'c@b.dev'])
})

test('a claim that throws before its commit reads back nothing and throws, so its job comes again', async () => {
  const { id } = await anEmailRow()
  const claim = claimEmails(databaseThatFails('before'), request([id]))
  await expect(claim).rejects.toThrow('D1_ERROR')
  expect((await rowOf(id)).state).toBe('queued')
})

test('what another claim took is not read back as ours', async () => {
  const { id } = await anEmailRow()
  await claimed([id])
  const claim = claimEmails(databaseThatFails('after'), request([id]))
  await expect(claim).rejects.toThrow('D1_ERROR')
})

test('a claim whose reading back fails too throws, and its lease runs out without a call', async () => {
  const { id } = await anEmailRow()
  await expect(claimEmails(databaseThatFails('after', 2), request([id]))).rejects.toThrow(
    'D1_ERROR',
  )
  expect(await rowOf(id)).toMatchObject({ state: 'sending', lease_until: NOW + LEASE_MS })
  expect((await env.DB.prepare('SELECT * FROM calls').all()).results).toEqual([])
})

test('of many claims at once, one takes the email', async () => {
  const { id } = await anEmailRow()
  const attempts = await Promise.all(Array.from({ length: 8 }, () => claimed([id])))
  expect(attempts.flat().filter((attempt) => attempt !== '')).toHaveLength(1)
})

test('a suppressed address is found in the claim itself, and a canary is exempt', async () => {
  const email = await anEmailRow()
  const canary = await anEmailRow({}, { canary: 1 })
  await aSuppression(addressOf(email.id))
  await aSuppression(addressOf(canary.id))
  await claimed([email.id, canary.id])
  expect((await rowOf(email.id)).status).toBe('suppressed')
  expect((await rowOf(canary.id)).status).toBe('sending')
})

test('a call is marked only while every one of its emails holds its attempt', async () => {
  const ids = [(await anEmailRow()).id, (await anEmailRow()).id]
  const attempts = await claimed(ids)
  const call = { claimedAt: NOW, claimToken: TOKEN, number: 0 }
  const stranger = attemptOf(1, OTHER_TOKEN, ids[0])
  expect(await markCall(env.DB, { ...call, attempts: [...attempts, stranger] })).toBe(false)
  expect(await markCall(env.DB, { ...call, attempts })).toBe(true)
  await env.DB.prepare(`UPDATE emails SET evidence_at = 1 WHERE id = ?1`).bind(ids[1]).run()
  expect(await markCall(env.DB, { ...call, number: 1, attempts })).toBe(false)
})

test('a call is never marked twice', async () => {
  const { id } = await anEmailRow()
  const attempts = await claimed([id])
  const call = { claimedAt: NOW, claimToken: TOKEN, number: 0, attempts }
  expect(await markCall(env.DB, call)).toBe(true)
  await expect(markCall(env.DB, call)).rejects.toThrow('UNIQUE')
})

import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { anApi, anEmail, counts } from '../support/an-api.ts'

const DAY = 24 * 60 * 60 * 1000
let made = 0
const aKey = () => ({ 'idempotency-key': `key-${made++}` })

test('the same request under the same key gets the same answer and sends nothing more', async () => {
  const api = await anApi()
  const key = aKey()
  const email = anEmail({ scheduled_at: 'in 1 hour' })
  const first = await api.call('POST', '/emails', email, key)
  const written = await counts()
  api.clock.now += 60_000
  const again = await api.call('POST', '/emails', email, key)
  expect([again.status, again.json]).toEqual([200, first.json])
  expect(again.headers.get('content-type')).toBe('application/json; charset=utf-8')
  expect(await counts()).toEqual(written)
  expect(api.enqueued).toHaveLength(1)
})

test('another payload under the same key is a 409', async () => {
  const api = await anApi()
  const key = aKey()
  await api.call('POST', '/emails', anEmail(), key)
  const answer = await api.call('POST', '/emails', anEmail({ subject: 'Another' }), key)
  expect(answer.status).toBe(409)
  expect(answer.json).toMatchObject({ statusCode: 409, name: 'invalid_idempotent_request' })
})

test('the same payload on another path or in another mode is another request', async () => {
  const api = await anApi()
  const key = aKey()
  await api.call('POST', '/emails/batch', [anEmail()], key)
  const mode = { ...key, 'x-batch-validation': 'permissive' }
  expect((await api.call('POST', '/emails/batch', [anEmail()], mode)).status).toBe(409)
  expect((await api.call('POST', '/emails', [anEmail()], key)).status).toBe(409)
})

test('the key counts for the installation, whichever API key asks', async () => {
  const key = aKey()
  const first = await (await anApi()).call('POST', '/emails', anEmail(), key)
  const other = await (await anApi()).call('POST', '/emails', anEmail(), key)
  expect(other.json).toEqual(first.json)
})

test('two posts of one key at the same time send one email and get one answer', async () => {
  const api = await anApi()
  const key = aKey()
  const before = await counts()
  const answers = await Promise.all(
    Array.from({ length: 5 }, async () => await api.call('POST', '/emails', anEmail(), key)),
  )
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
  expect(new Set(answers.map(({ json }) => json['id'])).size).toBe(1)
  expect(Number((await counts())['emails']) - Number(before['emails'])).toBe(1)
  expect(api.enqueued).toHaveLength(1)
})

test('two different posts of one key at the same time: one is sent, the other a 409', async () => {
  const api = await anApi()
  const key = aKey()
  const answers = await Promise.all([
    api.call('POST', '/emails', anEmail({ subject: 'One' }), key),
    api.call('POST', '/emails', anEmail({ subject: 'Two' }), key),
  ])
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]))
  expect(api.enqueued).toHaveLength(1)
})

test('after 24 hours the key is free again and its record replaced', async () => {
  const api = await anApi()
  const key = aKey()
  const first = await api.call('POST', '/emails', anEmail(), key)
  api.clock.now += DAY - 1
  const within = await api.call('POST', '/emails', anEmail(), key)
  api.clock.now += 1
  const after = await api.call('POST', '/emails', anEmail({ subject: 'New' }), key)
  expect(within.json).toEqual(first.json)
  expect(after.status).toBe(200)
  expect(after.json).not.toEqual(first.json)
  const { results } = await env.DB.prepare('SELECT created_at FROM idempotency WHERE key = ?1')
    .bind(key['idempotency-key'])
    .all()
  expect(results).toEqual([{ created_at: api.clock.now }])
})

test('a refused request keeps nothing: mended, it goes under the same key', async () => {
  const api = await anApi()
  const key = aKey()
  expect((await api.call('POST', '/emails', anEmail({ to: 'x' }), key)).status).toBe(422)
  expect((await api.call('POST', '/emails', anEmail(), key)).status).toBe(200)
})

test('a permissive answer keeps its errors', async () => {
  const api = await anApi()
  const headers = { ...aKey(), 'x-batch-validation': 'permissive' }
  const emails = [anEmail(), anEmail({ to: 'x' })]
  const first = await api.call('POST', '/emails/batch', emails, headers)
  const again = await api.call('POST', '/emails/batch', emails, headers)
  expect(first.json['errors']).toHaveLength(1)
  expect(again.json).toEqual(first.json)
})

test.each([
  ['an empty key', ''],
  ['a key of 257 characters', 'k'.repeat(257)],
])('%s is a 400', async (_, key) => {
  const api = await anApi()
  const answer = await api.call('POST', '/emails', anEmail(), { 'idempotency-key': key })
  expect(answer.json).toEqual({
    statusCode: 400,
    name: 'invalid_idempotency_key',
    message: 'The key must be between 1-256 chars.',
  })
})

test('a key of 256 characters is taken', async () => {
  const api = await anApi()
  const headers = { 'idempotency-key': 'k'.repeat(256) }
  expect((await api.call('POST', '/emails', anEmail(), headers)).status).toBe(200)
})

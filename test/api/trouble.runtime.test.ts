import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { anApi, anEmail, counts, row } from '../support/an-api.ts'
import { databaseAway, databaseThatFails } from '../support/broken-database.ts'

const AWAY = {
  statusCode: 503,
  name: 'application_error',
  message: 'We cannot work right now. Please try again.',
}
const KEYED = { 'idempotency-key': 'order-1' }

test('a batch that committed and then threw is read back and answered 200', async () => {
  const api = await anApi({ db: databaseThatFails('after') })
  const answer = await api.call('POST', '/emails', anEmail())
  expect(answer.status).toBe(200)
  expect(await row('emails', answer.json['id'])).toMatchObject({ state: 'queued' })
  expect(api.enqueued).toMatchObject([{ id: answer.json['id'] }])
})

test('the same with an idempotency key, which then replays that answer', async () => {
  const api = await anApi({ db: databaseThatFails('after') })
  const first = await api.call('POST', '/emails', anEmail(), { 'idempotency-key': 'committed' })
  const again = await api.call('POST', '/emails', anEmail(), { 'idempotency-key': 'committed' })
  expect(first.status).toBe(200)
  expect(again.json).toEqual(first.json)
  expect(api.enqueued).toHaveLength(1)
})

test('a batch that threw before it committed is a 503, and nothing remains', async () => {
  const api = await anApi({ db: databaseThatFails('before') })
  const before = await counts()
  const answer = await api.call('POST', '/emails', anEmail(), KEYED)
  expect(answer.status).toBe(503)
  expect(answer.json).toEqual(AWAY)
  expect(await counts()).toEqual(before)
  expect(api.enqueued).toEqual([])
  const again = await api.call('POST', '/emails', anEmail(), KEYED)
  expect(again.status).toBe(200)
})

test('a database that is away is a 503 for every call', async () => {
  const api = await anApi({ db: databaseAway() })
  const id = crypto.randomUUID()
  for (const [method, path, body] of [
    ['POST', '/emails', anEmail()],
    ['POST', '/emails/batch', [anEmail()]],
    ['GET', '/emails', undefined],
    ['GET', `/emails/${id}`, undefined],
    ['PATCH', `/emails/${id}`, { scheduled_at: 'in 1 hour' }],
    ['POST', `/emails/${id}/cancel`, undefined],
    ['GET', `/-/emails/${id}/events`, undefined],
    ['POST', `/-/emails/${id}/settle`, { as: 'sent' }],
    ['POST', '/-/sending/pause', undefined],
  ] as const) {
    const answer = await api.call(method, path, body)
    expect([path, answer.status, answer.json]).toEqual([path, 503, AWAY])
  }
})

test('a queue that is away costs time, not the email: the row is due for the sweeper', async () => {
  const api = await anApi({
    queue: {
      async enqueue() {
        throw new Error('Queue sendBatch failed: Internal Server Error')
      },
    },
  })
  const answer = await api.call('POST', '/emails', anEmail())
  expect(answer.status).toBe(200)
  expect(await row('emails', answer.json['id'])).toMatchObject({ state: 'queued' })
})

test('a large body that cannot be stored is a 503, and no row tells of it', async () => {
  const files = {
    async put() {
      throw new Error('R2 put failed')
    },
    readText: async () => '',
    stream: async () => null,
  }
  const api = await anApi({ files })
  const before = await counts()
  const answer = await api.call('POST', '/emails', anEmail({ text: 'x'.repeat(600_000) }))
  expect(answer.status).toBe(503)
  expect(await counts()).toEqual(before)
})

test('100 emails of 15 KB headers and large bodies pass under the limits of D1', async () => {
  const api = await anApi()
  // After all that the other stories accepted.
  api.clock.now += 1000
  const headers = Object.fromEntries(
    Array.from({ length: 15 }, (_, n) => [`X-Long-${n}`, 'v'.repeat(850)]),
  )
  const emails = Array.from({ length: 100 }, (_, n) =>
    anEmail({ subject: `${n}`, headers, text: `${n} ${'é\n'.repeat(30_000)}` }),
  )
  const answer = await api.call('POST', '/emails/batch', emails)
  expect(answer.status).toBe(200)
  const { results } = await env.DB.prepare(
    `SELECT count(*) AS n, count(text) AS rows_, count(text_file) AS files FROM contents
     WHERE id >= ?1`,
  )
    .bind(JSON.parse(JSON.stringify(answer.json))['data'][0].id)
    .all()
  expect(results).toEqual([{ n: 100, rows_: 8, files: 92 }])
})

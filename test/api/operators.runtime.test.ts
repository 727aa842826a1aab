import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { type AnApi, anApi, anEmail, NOW, row } from '../support/an-api.ts'
import { databaseAway } from '../support/broken-database.ts'
import { eventsOf, feedEntriesOf, put } from '../support/lifecycle-row.ts'

async function inDoubt(api: AnApi, state = 'in_doubt'): Promise<{ id: string; attempt: string }> {
  const { json } = await api.call('POST', '/emails', anEmail())
  const id = String(json['id'])
  const attempt = `${id}_1_AAAAAAAA`
  await put(id, {
    state,
    attempt,
    attempt_number: 1,
    claimed_at: NOW,
    due_at: NOW + 900_000,
    reason: 'no answer',
  })
  return { id, attempt }
}

const at = (seconds: number) => NOW + seconds * 1000
const away = async () => await Promise.reject(new Error('away'))

async function setting() {
  return await env.DB.prepare(
    `SELECT value, changed_at FROM settings WHERE name = 'sending'`,
  ).first()
}

test('settled as sent, an email in doubt is done, and the timeline says by whom', async () => {
  const api = await anApi()
  const { id, attempt } = await inDoubt(api)
  const answer = await api.call('POST', `/-/emails/${id}/settle`, { as: 'sent' })
  expect([answer.status, answer.json]).toEqual([200, { object: 'email', id }])
  expect(await row('emails', id)).toMatchObject({
    state: 'sent',
    due_at: null,
    reason: 'settled by hand as sent',
    doubted: 0,
  })
  expect(await eventsOf(id)).toEqual([
    { key: `local:sent:${attempt}`, type: 'sent', detail: '{"reason":"settled by hand as sent"}' },
  ])
  expect(await feedEntriesOf(id)).toBe(1)
})

test.each(['in_doubt', 'unknown'])('resent by hand, an email %s is queued again', async (state) => {
  const api = await anApi()
  const { id, attempt } = await inDoubt(api, state)
  await api.call('POST', `/-/emails/${id}/settle`, { as: 'resend' })
  expect(await row('emails', id)).toMatchObject({ state: 'queued', doubted: 1, due_at: NOW })
  expect(api.enqueued.at(-1)).toEqual({ id, recipients: 1, priority: 'high', dueAt: NOW })
  expect(await eventsOf(id)).toMatchObject([{ key: `local:queued:${attempt}` }])
  const { results } = await env.DB.prepare('SELECT * FROM attempts WHERE email_id = ?1')
    .bind(id)
    .all()
  expect(results).toMatchObject([
    { number: 1, attempt, outcome: 'resent by hand', reason: 'no answer' },
  ])
})

test('only what is open is settled, and evidence outranks a word', async () => {
  const api = await anApi()
  const { id } = await inDoubt(api)
  for (const columns of [
    { state: 'sent' },
    { state: 'queued' },
    { state: 'in_doubt', evidence_at: NOW },
  ]) {
    await put(id, columns)
    const { json } = await api.call('POST', `/-/emails/${id}/settle`, { as: 'resend' })
    expect(json).toMatchObject({ statusCode: 422, name: 'validation_error' })
  }
  expect(await eventsOf(id)).toEqual([])
})

test.each([{}, { as: 'lost' }, { as: 5 }])('settling with %j names the field', async (body) => {
  const api = await anApi()
  const { id } = await inDoubt(api)
  const { json } = await api.call('POST', `/-/emails/${id}/settle`, body)
  expect(json).toMatchObject({ statusCode: 422, message: expect.stringContaining('`as`') })
})

test('sending is paused and resumed by a setting that the claim reads', async () => {
  const api = await anApi()
  const paused = await api.call('POST', '/-/sending/pause')
  expect([paused.status, paused.json]).toEqual([200, { object: 'sending', state: 'paused' }])
  expect(await setting()).toEqual({ value: 'paused', changed_at: NOW })
  expect((await api.call('GET', '/health')).json).toMatchObject({
    status: 'warning',
    sending: 'paused',
    warnings: ['sending is paused'],
  })
  await api.call('POST', '/-/sending/resume')
  expect(await setting()).toMatchObject({ value: 'running' })
})

test('the timeline tells attempts, local outcomes and events in order, with reasons', async () => {
  const api = await anApi()
  const { id, attempt } = await inDoubt(api)
  await put(id, {
    attempt_number: 2,
    attempt: `${id}_2_BBBBBBBB`,
    claimed_at: at(60),
    state: 'sent',
    accepted_at: at(61),
    evidence_at: at(61),
    reason: null,
  })
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO attempts VALUES (?1, 1, ?2, ?3, ?4, 'refused', 'MessageRejected')`,
    ).bind(id, attempt, at(1), at(2)),
    env.DB.prepare(
      `INSERT INTO events VALUES (?1, ?2, 'in_doubt', ?3, ?3, NULL, 'r1', '{"reason":"timeout"}')`,
    ).bind(id, `local:in_doubt:${attempt}`, at(2)),
    env.DB.prepare(
      `INSERT INTO events VALUES (?1, 'k', 'bounce', ?2, ?3, 'ada@customer.dev', 'r2', '{"bounceType":"Permanent","diagnostic":"550 no"}')`,
    ).bind(id, at(70), at(75)),
  ])
  const { json } = await api.call('GET', `/-/emails/${id}/events`)
  expect(json).toMatchObject({ object: 'list', email_id: id })
  expect(json['data']).toMatchObject([
    { kind: 'request', type: 'queued', at: '2026-11-24T10:00:00.000Z' },
    { kind: 'attempt', number: 1, attempt, outcome: 'refused', reason: 'MessageRejected' },
    { kind: 'local', type: 'in_doubt', reason: 'timeout' },
    { kind: 'attempt', number: 2, outcome: 'accepted', ended_at: '2026-11-24T10:01:01.000Z' },
    {
      kind: 'event',
      type: 'bounce',
      recipient: 'ada@customer.dev',
      bounceType: 'Permanent',
      diagnostic: '550 no',
      recorded_at: '2026-11-24T10:01:15.000Z',
    },
  ])
})

test('health tells the state of every part, and asks for no key', async () => {
  const api = await anApi({
    governor: { state: async () => ({ quota: 50_000, sent: 12 }) },
    backlogs: async () => ({ send: { messages: 3, bytes: 300, oldestAt: NOW } }),
  })
  const response = await api.fetch(new Request('https://api.aerogram.test/health'))
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({
    object: 'health',
    status: 'ok',
    warnings: [],
    environment: 'test',
    d1: { size_bytes: expect.any(Number), max_bytes: 10_000_000_000 },
    queues: { send: { messages: 3, bytes: 300, oldest_at: '2026-11-24T10:00:00.000Z' } },
    governor: { quota: 50_000, sent: 12 },
  })
})

test('health tells which part is away; without D1 it is a 503', async () => {
  const half = await anApi({ governor: { state: away }, backlogs: away })
  expect((await half.call('GET', '/health')).json).toMatchObject({
    status: 'warning',
    warnings: ['the governor cannot be reached', 'the queues cannot be reached'],
  })
  const none = await anApi({ db: databaseAway() })
  expect((await none.call('GET', '/health')).json).toEqual({
    statusCode: 503,
    name: 'application_error',
    message: 'D1 cannot be reached.',
  })
})

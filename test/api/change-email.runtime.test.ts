import { expect, test } from 'vitest'
import { type AnApi, anApi, anEmail, counts, NOW, row } from '../support/an-api.ts'
import { eventsOf, feedEntriesOf, put } from '../support/lifecycle-row.ts'

const HOUR = 3_600_000

async function send(api: AnApi, fields: Record<string, unknown> = {}): Promise<string> {
  return String((await api.call('POST', '/emails', anEmail(fields))).json['id'])
}

test('a scheduled email gets another time, and a job that comes then', async () => {
  const api = await anApi()
  const id = await send(api, { scheduled_at: 'in 1 hour', cc: 'bob@customer.dev' })
  const answer = await api.call('PATCH', `/emails/${id}`, { id, scheduled_at: 'in 2 hours' })
  expect([answer.status, answer.json]).toEqual([200, { object: 'email', id }])
  expect(await row('emails', id)).toMatchObject({
    state: 'scheduled',
    due_at: NOW + 2 * HOUR,
    scheduled_at: NOW + 2 * HOUR,
  })
  expect(api.enqueued.at(-1)).toEqual({
    id,
    recipients: 2,
    priority: 'high',
    dueAt: NOW + 2 * HOUR,
  })
})

test.each(['queued', 'sending', 'sent', 'canceled', 'unknown'])(
  'an email that is %s gets no other time',
  async (state) => {
    const api = await anApi()
    const id = await send(api)
    await put(id, { state })
    const before = await row('emails', id)
    const { json } = await api.call('PATCH', `/emails/${id}`, { scheduled_at: 'in 2 hours' })
    expect(json).toMatchObject({ statusCode: 422, message: expect.stringContaining(state) })
    expect(await row('emails', id)).toEqual(before)
  },
)

test('a new time after the end of the email is refused', async () => {
  const api = await anApi()
  const id = await send(api, { scheduled_at: 'in 1 hour', expires_at: '2026-11-24T12:00:00Z' })
  const { json } = await api.call('PATCH', `/emails/${id}`, { scheduled_at: 'in 3 hours' })
  expect(json).toMatchObject({
    statusCode: 422,
    message: expect.stringContaining('`scheduled_at`'),
  })
})

test.each([
  [{}, 'missing_required_field'],
  [{ scheduled_at: null }, 'missing_required_field'],
  [{ scheduled_at: 5 }, 'validation_error'],
  [{ scheduled_at: '2020-01-01' }, 'validation_error'],
  [{ scheduled_at: 'in 31 days' }, 'validation_error'],
])('PATCH with %j is refused', async (body, name) => {
  const api = await anApi()
  const id = await send(api, { scheduled_at: 'in 1 hour' })
  const { json } = await api.call('PATCH', `/emails/${id}`, body)
  expect(json).toMatchObject({
    statusCode: 422,
    name,
    message: expect.stringContaining('`scheduled_at`'),
  })
})

test.each(['queued', 'scheduled'])('an email that is %s can be canceled, once', async (state) => {
  const api = await anApi()
  const id = await send(api, state === 'scheduled' ? { scheduled_at: 'in 1 hour' } : {})
  const json = { 'content-type': 'application/json' }
  const answer = await api.call('POST', `/emails/${id}/cancel`, undefined, json)
  expect([answer.status, answer.json]).toEqual([200, { object: 'email', id }])
  expect(await row('emails', id)).toMatchObject({ state: 'canceled', due_at: null })
  const canceled = { key: 'local:canceled:', type: 'canceled', detail: '{"reason":"canceled"}' }
  const scheduled = { key: 'local:scheduled:', type: 'scheduled', detail: '{"reason":null}' }
  const told = state === 'scheduled' ? [canceled, scheduled] : [canceled]
  expect(await eventsOf(id)).toEqual(told)
  expect(await feedEntriesOf(id)).toBe(told.length)
  const before = await counts()
  const again = await api.call('POST', `/emails/${id}/cancel`, {})
  expect([again.status, await counts()]).toEqual([200, before])
})

test('what is already sending cannot be canceled, and is told so', async () => {
  const api = await anApi()
  const id = await send(api)
  await put(id, { state: 'sending', attempt: `${id}_1_AAAAAAAA`, attempt_number: 1 })
  const { json } = await api.call('POST', `/emails/${id}/cancel`)
  expect(json).toMatchObject({
    statusCode: 422,
    message: expect.stringContaining('already sending'),
  })
  expect(await row('emails', id)).toMatchObject({ state: 'sending' })
  expect(await eventsOf(id)).toEqual([])
})

test('canceled after a doubt it is unknown: it may have been sent', async () => {
  const api = await anApi()
  const id = await send(api)
  await put(id, { doubted: 1, attempt: `${id}_1_AAAAAAAA`, attempt_number: 1 })
  expect((await api.call('POST', `/emails/${id}/cancel`)).status).toBe(200)
  expect(await row('emails', id)).toMatchObject({ state: 'unknown', reason: 'canceled' })
  expect(await eventsOf(id)).toMatchObject([{ key: `local:unknown:${id}_1_AAAAAAAA` }])
})

test('an email with evidence of acceptance is not canceled', async () => {
  const api = await anApi()
  const id = await send(api)
  await put(id, { evidence_at: NOW })
  expect((await api.call('POST', `/emails/${id}/cancel`)).status).toBe(422)
})

test('there is nothing to change where there is no email', async () => {
  const api = await anApi()
  const id = crypto.randomUUID()
  for (const [method, path, body] of [
    ['PATCH', `/emails/${id}`, { scheduled_at: 'in 1 hour' }],
    ['POST', `/emails/${id}/cancel`, undefined],
    ['POST', `/-/emails/${id}/settle`, { as: 'sent' }],
    ['GET', `/-/emails/${id}/events`, undefined],
  ] as const) {
    const { json } = await api.call(method, path, body)
    expect(json).toEqual({ statusCode: 404, name: 'not_found', message: 'Email not found' })
  }
})

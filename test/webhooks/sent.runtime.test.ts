import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { notice } from '../../src/db/notice.ts'
import { feedEnds } from '../../src/db/webhooks/read-feed.ts'
import { readWebhook } from '../../src/db/webhooks/read-webhooks.ts'
import { webhookEventId } from '../../src/domain/webhook-place.ts'
import { type AWebhookApi, aWebhookApi } from '../support/a-webhook-api.ts'
import { NOW } from '../support/an-api.ts'
import { clear } from '../support/rows.ts'

const { DB } = env

beforeEach(async () => {
  await clear()
  await DB.batch(
    ['webhooks', 'webhook_attempts', 'webhook_retries'].map((table) =>
      DB.prepare(`DELETE FROM ${table}`),
    ),
  )
})

interface Told {
  /** Of the event. */
  id: string
  feed: number
  at: number
}

/** A webhook, and things told after it was made. */
async function aWebhook(api: AWebhookApi, count: number): Promise<{ id: string; told: Told[] }> {
  const body = { endpoint: 'https://hooks.acme.dev/in', events: ['contact.created'] }
  const { json } = await api.call('POST', '/webhooks', body)
  const told: Told[] = []
  for (let n = 0; n < count; n += 1) {
    const at = NOW + n
    await notice(DB, { type: 'contact.created', at, data: { n } }).run()
    const { newest: feed } = await feedEnds(DB)
    told.push({ id: webhookEventId({ feed, at, key: 0, part: 0 }), feed, at })
  }
  return { id: String(json['id']), told }
}

/** As the delivery logs it. */
async function attempted(
  webhook: string,
  { feed, at }: Told,
  { number = 1, status = 200 }: { number?: number; status?: number | null } = {},
): Promise<void> {
  await DB.batch([
    DB.prepare(
      `INSERT INTO webhook_attempts (webhook_id, feed, feed_at, key, part, number, type, sent_at, status, response)
       VALUES (?1, ?2, ?3, 0, 0, ?4, 'contact.created', ?5, ?6, 'answer ' || CAST(?4 AS INTEGER))`,
    ).bind(webhook, feed, at, number, at + number, status),
    DB.prepare('UPDATE webhooks SET cursor = max(cursor, ?2) WHERE id = ?1').bind(webhook, feed),
  ])
}

async function toRetry(
  webhook: string,
  { feed, at }: Told,
  { due, failures = 1 }: { due: number | null; failures?: number },
): Promise<void> {
  await DB.prepare(
    `INSERT INTO webhook_retries (webhook_id, feed, feed_at, key, part, type, failures, due_at, created_at)
     VALUES (?1, ?2, ?3, 0, 0, 'contact.created', ?4, ?5, ?3)`,
  )
    .bind(webhook, feed, at, failures, due)
    .run()
}

async function retries(): Promise<unknown[]> {
  const sql = 'SELECT feed, failures, due_at FROM webhook_retries ORDER BY feed'
  return (await DB.prepare(sql).all()).results
}

function eventAnswer({ id, at }: Told, status: string): object {
  return { id, type: 'contact.created', created_at: new Date(at).toISOString(), status }
}

test('what was sent is listed newest first, each event once with how it stands', async () => {
  const api = await aWebhookApi()
  const { id, told } = await aWebhook(api, 5)
  const [one, two, three, four, five] = told
  if (!one || !two || !three || !four || !five) throw new Error('not five')
  await attempted(id, one)
  await attempted(id, two, { status: 500 })
  await attempted(id, two, { number: 2 })
  await attempted(id, three, { status: 500 })
  await toRetry(id, three, { due: NOW + 5000 })
  await attempted(id, four, { status: null })
  await toRetry(id, four, { due: null, failures: 8 })
  await toRetry(id, five, { due: NOW, failures: 0 })
  const all = [
    eventAnswer(five, 'pending'),
    eventAnswer(four, 'failed'),
    eventAnswer(three, 'attempting'),
    eventAnswer(two, 'success'),
    eventAnswer(one, 'success'),
  ]
  const path = `/webhooks/${id}/events`
  expect((await api.call('GET', path)).json).toEqual({
    object: 'list',
    has_more: false,
    data: all,
  })
  const first = await api.call('GET', `${path}?limit=2`)
  expect(first.json).toEqual({ object: 'list', has_more: true, data: all.slice(0, 2) })
  const second = await api.call('GET', `${path}?limit=2&after=${four.id}`)
  expect(second.json).toEqual({ object: 'list', has_more: true, data: all.slice(2, 4) })
  expect((await api.call('GET', `${path}?after=nothing`)).status).toBe(422)
  const other = await aWebhook(api, 0)
  const empty = await api.call('GET', `/webhooks/${other.id}/events`)
  expect(empty.json).toEqual({ object: 'list', has_more: false, data: [] })
})

test('an event is shown with its body and its attempts', async () => {
  const api = await aWebhookApi()
  const { id, told } = await aWebhook(api, 2)
  const [sent, next] = told
  if (!sent || !next) throw new Error('not two')
  await attempted(id, sent, { status: 500 })
  await attempted(id, sent, { number: 2, status: null })
  await toRetry(id, sent, { due: NOW + 5000, failures: 2 })
  const path = `/webhooks/${id}/events/${sent.id}`
  expect((await api.call('GET', path)).json).toEqual({
    object: 'webhook_event',
    ...eventAnswer(sent, 'attempting'),
    next_attempt_at: '2026-11-24T10:00:05.000Z',
    payload: {
      type: 'contact.created',
      created_at: '2026-11-24T10:00:00.000Z',
      data: { n: 0 },
    },
  })
  const answer = (number: number, status: number) => ({
    id: `${sent.id}_${number}`,
    http_status_code: status,
    response: `answer ${number}`,
    sent_at: new Date(NOW + number).toISOString(),
  })
  expect((await api.call('GET', `${path}/attempts`)).json).toEqual({
    object: 'list',
    has_more: false,
    data: [answer(2, 0), answer(1, 500)],
  })
  const page = await api.call('GET', `${path}/attempts?limit=1`)
  expect(page.json).toEqual({ object: 'list', has_more: true, data: [answer(2, 0)] })
  const later = await api.call('GET', `${path}/attempts?limit=1&after=${sent.id}_2`)
  expect(later.json).toEqual({ object: 'list', has_more: false, data: [answer(1, 500)] })
  expect((await api.call('GET', `${path}/attempts?after=x`)).status).toBe(422)
  const due = await api.call('GET', `/webhooks/${id}/events/${next.id}`)
  expect(due.json).toMatchObject({ status: 'pending', next_attempt_at: null })
})

test('what a webhook was not sent and is not going to be is not found', async () => {
  const api = await aWebhookApi()
  const { id, told } = await aWebhook(api, 1)
  const [one] = told
  if (!one) throw new Error('not one')
  await DB.prepare('UPDATE webhooks SET cursor = 1000000').run()
  for (const event of [one.id, 'msg_zz_zz_0_0', one.id.replace(/_0$/, '_1'), 'x']) {
    const { status, json } = await api.call('GET', `/webhooks/${id}/events/${event}`)
    expect([status, json['message']]).toEqual([404, 'Webhook event not found'])
  }
  await DB.prepare(`UPDATE webhooks SET cursor = 0, events = '["email.sent"]'`).run()
  expect((await api.call('GET', `/webhooks/${id}/events/${one.id}`)).status).toBe(404)
})

test('an event whose body is no longer kept is gone, its attempts are not', async () => {
  const api = await aWebhookApi()
  const { id, told } = await aWebhook(api, 1)
  const [one] = told
  if (!one) throw new Error('not one')
  await attempted(id, one)
  await DB.prepare('DELETE FROM feed').run()
  const path = `/webhooks/${id}/events/${one.id}`
  expect((await api.call('GET', path)).status).toBe(410)
  expect((await api.call('POST', `${path}/replay`)).status).toBe(410)
  expect((await api.call('GET', `${path}/attempts`)).status).toBe(200)
})

test('one event is sent again with all its tries, under the same id', async () => {
  const api = await aWebhookApi()
  const { id, told } = await aWebhook(api, 2)
  const [sent, next] = told
  if (!sent || !next) throw new Error('not two')
  await attempted(id, sent)
  const replay = (event: Told) => api.call('POST', `/webhooks/${id}/events/${event.id}/replay`)
  expect((await replay(sent)).json).toEqual({ object: 'webhook_event', id: sent.id })
  expect(await retries()).toEqual([{ feed: sent.feed, failures: 0, due_at: NOW }])
  await DB.prepare('UPDATE webhook_retries SET failures = 8, due_at = NULL').run()
  api.clock.now += 7
  await replay(sent)
  expect(await retries()).toEqual([{ feed: sent.feed, failures: 0, due_at: NOW + 7 }])
  await replay(next)
  expect(await retries()).toHaveLength(1)
})

test('everything since a time is sent again from the order of arrival, and not twice', async () => {
  const api = await aWebhookApi()
  const { id, told } = await aWebhook(api, 4)
  const [one, two, three] = told
  if (!one || !two || !three) throw new Error('not three')
  for (const each of told) await attempted(id, each, { status: 500 })
  await toRetry(id, one, { due: NOW })
  await toRetry(id, three, { due: NOW })
  const replay = (since: string) => api.call('POST', `/webhooks/${id}/replay`, { since })
  const since = '2026-11-24T10:00:00.001Z'
  expect((await replay(since)).json).toEqual({ object: 'webhook', id, since })
  expect((await readWebhook(DB, id))?.cursor).toBe(one.feed)
  expect(await retries()).toMatchObject([{ feed: one.feed }])
  const shown = await api.call('GET', `/webhooks/${id}/events/${three.id}`)
  expect(shown.json).toMatchObject({ status: 'pending' })
  expect((await replay('2026-11-24T10:00:00.003Z')).status).toBe(200)
  expect((await readWebhook(DB, id))?.cursor).toBe(one.feed)
  const nothing = await replay('2030-01-01T00:00:00Z')
  expect(nothing.json).toEqual({ object: 'webhook', id, since: null })
  const long = await replay('2020-01-01T00:00:00Z')
  expect(long.json).toMatchObject({ since: '2026-11-24T10:00:00.000Z' })
})

test.each([
  [{}, 'missing_required_field'],
  [{ since: 'yesterday' }, 'validation_error'],
])('a replay of %j is refused as %s', async (body, name) => {
  const api = await aWebhookApi()
  const { id } = await aWebhook(api, 0)
  const { status, json } = await api.call('POST', `/webhooks/${id}/replay`, body)
  expect([status, json['name']]).toEqual([422, name])
  const unknown = await api.call('POST', `/webhooks/${crypto.randomUUID()}/replay`, {
    since: '2026-11-24T10:00:00Z',
  })
  expect(unknown.status).toBe(404)
})

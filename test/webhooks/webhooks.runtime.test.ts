import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { notice } from '../../src/db/notice.ts'
import { feedEnds } from '../../src/db/webhooks/read-feed.ts'
import { readWebhook } from '../../src/db/webhooks/read-webhooks.ts'
import { secretsOf } from '../../src/db/webhooks/webhook.ts'
import { type AWebhookApi, aWebhookApi } from '../support/a-webhook-api.ts'
import { NOW } from '../support/an-api.ts'
import { clear } from '../support/rows.ts'

const { DB } = env
const HOUR = 60 * 60 * 1000
const SECRET = /^whsec_[A-Za-z0-9+/]{32}$/
const ENDPOINT = 'https://hooks.acme.dev/in'

beforeEach(async () => {
  await clear()
  await DB.batch(
    ['webhooks', 'webhook_attempts', 'webhook_retries'].map((table) =>
      DB.prepare(`DELETE FROM ${table}`),
    ),
  )
})

async function aWebhook(
  api: AWebhookApi,
  events = ['email.sent', 'email.bounced'],
): Promise<{ id: string; secret: string }> {
  const { status, json } = await api.call('POST', '/webhooks', { endpoint: ENDPOINT, events })
  expect(status).toBe(201)
  return { id: String(json['id']), secret: String(json['signing_secret']) }
}

test('a webhook is made, shown, listed, changed and deleted', async () => {
  const api = await aWebhookApi()
  const { id, secret } = await aWebhook(api)
  expect(secret).toMatch(SECRET)
  const listed = {
    id,
    endpoint: ENDPOINT,
    events: ['email.sent', 'email.bounced'],
    status: 'enabled',
    created_at: '2026-11-24T10:00:00.000Z',
  }
  const shown = {
    object: 'webhook',
    ...listed,
    signing_secret: secret,
    previous_secret_until: null,
    disabled_reason: null,
    failing_since: null,
  }
  expect((await api.call('GET', `/webhooks/${id}`)).json).toEqual(shown)
  expect((await api.call('GET', '/webhooks')).json).toEqual({
    object: 'list',
    has_more: false,
    data: [listed],
  })
  const change = { endpoint: 'https://hooks.acme.dev/two', events: ['email.opened'] }
  const changed = await api.call('PATCH', `/webhooks/${id}`, { id, ...change })
  expect([changed.status, changed.json]).toEqual([200, { object: 'webhook', id }])
  expect((await api.call('GET', `/webhooks/${id}`)).json).toEqual({ ...shown, ...change })
  expect((await api.call('DELETE', `/webhooks/${id}`)).json).toEqual({
    object: 'webhook',
    id,
    deleted: true,
  })
  for (const method of ['GET', 'PATCH', 'DELETE']) {
    const { status, json } = await api.call(
      method,
      `/webhooks/${id}`,
      method === 'PATCH' ? {} : undefined,
    )
    expect([status, json['message']]).toEqual([404, 'Webhook not found'])
  }
})

test('lists go page by page, newest first', async () => {
  const api = await aWebhookApi()
  const ids: string[] = []
  for (let n = 0; n < 3; n += 1) {
    api.clock.now += 1
    ids.unshift((await aWebhook(api)).id)
  }
  const [third = '', second = '', first = ''] = ids
  const page = async (query: string) => {
    const { json } = await api.call('GET', `/webhooks?${query}`)
    const data: { id: string }[] = JSON.parse(JSON.stringify(json['data']))
    return [data.map(({ id }) => id), json['has_more']]
  }
  expect(await page('limit=2')).toEqual([[third, second], true])
  expect(await page(`limit=2&after=${second}`)).toEqual([[first], false])
  expect(await page(`limit=2&before=${first}`)).toEqual([[third, second], false])
})

test('a webhook that is made now is told nothing of before', async () => {
  const api = await aWebhookApi()
  await notice(DB, { type: 'contact.created', at: NOW, data: {} }).run()
  const { id } = await aWebhook(api)
  expect((await readWebhook(DB, id))?.cursor).toBe((await feedEnds(DB)).newest)
})

test('enabled again it has no failures behind it and what it missed before it; disabled by hand it has no reason', async () => {
  const api = await aWebhookApi()
  const { id } = await aWebhook(api)
  await DB.prepare(
    `UPDATE webhooks SET status = 'disabled', reason = 'failed for five days', failing_since = 1`,
  ).run()
  const shown = async () => (await api.call('GET', `/webhooks/${id}`)).json
  expect(await shown()).toMatchObject({
    status: 'disabled',
    disabled_reason: 'failed for five days',
    failing_since: '1970-01-01T00:00:00.001Z',
  })
  await api.call('PATCH', `/webhooks/${id}`, { status: 'disabled' })
  expect(await shown()).toMatchObject({ disabled_reason: 'failed for five days' })
  await api.call('PATCH', `/webhooks/${id}`, { status: 'enabled' })
  expect(await shown()).toMatchObject({
    status: 'enabled',
    disabled_reason: null,
    failing_since: null,
  })
  await DB.prepare(`UPDATE webhooks SET failing_since = 5`).run()
  await api.call('PATCH', `/webhooks/${id}`, { status: 'enabled' })
  expect(await shown()).toMatchObject({ failing_since: '1970-01-01T00:00:00.005Z' })
  await api.call('PATCH', `/webhooks/${id}`, { status: 'disabled' })
  expect(await shown()).toMatchObject({ status: 'disabled', disabled_reason: null })
})

test('a rotated secret signs beside the new one for 24 hours', async () => {
  const api = await aWebhookApi()
  const { id, secret: first } = await aWebhook(api)
  const { json } = await api.call('POST', `/webhooks/${id}/signing-secret/rotate`)
  const second = String(json['signing_secret'])
  expect(json).toEqual({ object: 'webhook', id, signing_secret: expect.stringMatching(SECRET) })
  expect(second).not.toBe(first)
  const row = await readWebhook(DB, id)
  if (row === null) throw new Error('it is gone')
  expect(secretsOf(row, NOW + 24 * HOUR - 1)).toEqual([second, first])
  expect(secretsOf(row, NOW + 24 * HOUR)).toEqual([second])
  const shown = async () => (await api.call('GET', `/webhooks/${id}`)).json
  expect(await shown()).toMatchObject({
    signing_secret: second,
    previous_secret_until: '2026-11-25T10:00:00.000Z',
  })
  await api.call('POST', `/webhooks/${id}/test`)
  expect(api.endpoint.sent[0]?.secrets).toEqual([second, first])
  api.clock.now += 24 * HOUR
  expect(await shown()).toMatchObject({ previous_secret_until: null })
})

test('a test event is sent now and its answer shown, of the type that the webhook asks for or of another', async () => {
  const api = await aWebhookApi()
  const { id, secret } = await aWebhook(api, ['contact.created', 'email.bounced', 'email.sent'])
  const { json } = await api.call('POST', `/webhooks/${id}/test`)
  expect(json).toEqual({
    object: 'webhook_test',
    id: expect.stringMatching(/^msg_test_[0-9a-z]{12}$/),
    type: 'email.sent',
    http_status_code: 200,
    response: 'ok',
    delivered: true,
  })
  const [sent] = api.endpoint.sent
  expect(sent).toMatchObject({ id: json['id'], endpoint: ENDPOINT, secrets: [secret], at: NOW })
  expect(JSON.parse(sent?.body ?? '')).toMatchObject({
    type: 'email.sent',
    data: { to: ['recipient@example.com'], ses: { test: true } },
  })
  api.endpoint.answer = { status: null, response: 'TimeoutError', retryAfter: null }
  const failed = await api.call('POST', `/webhooks/${id}/test`, { type: 'email.clicked' })
  expect(failed.json).toMatchObject({
    type: 'email.clicked',
    http_status_code: null,
    response: 'TimeoutError',
    delivered: false,
  })
  api.endpoint.answer = { status: 302, response: '', retryAfter: null }
  const moved = await api.call('POST', `/webhooks/${id}/test`)
  expect(moved.json).toMatchObject({ http_status_code: 302, delivered: false })
})

test.each([
  [{}, 'missing_required_field', '`endpoint`'],
  [{ endpoint: ENDPOINT }, 'missing_required_field', '`events`'],
  [{ endpoint: ENDPOINT, events: [] }, 'validation_error', '`events`'],
  [{ endpoint: ENDPOINT, events: ['email.snet'] }, 'validation_error', '`events[0]`'],
  [{ endpoint: 'hooks', events: ['email.sent'] }, 'validation_error', '`endpoint`'],
  [
    { endpoint: 'https://169.254.169.254/', events: ['email.sent'] },
    'validation_error',
    '`endpoint`',
  ],
  [
    { endpoint: `${ENDPOINT}?${'a'.repeat(2000)}`, events: ['email.sent'] },
    'validation_error',
    '`endpoint`',
  ],
])('%j is refused as %s of %s', async (body, name, field) => {
  const api = await aWebhookApi()
  const { status, json } = await api.call('POST', '/webhooks', body)
  expect([status, json['name']]).toEqual([422, name])
  expect(json['message']).toContain(field)
})

test('there are no more than fifty', async () => {
  const api = await aWebhookApi()
  for (let n = 0; n < 50; n += 1) await aWebhook(api)
  const body = { endpoint: ENDPOINT, events: ['email.sent'] }
  expect((await api.call('POST', '/webhooks', body)).status).toBe(422)
})

test('a key that may only send sees nothing of it', async () => {
  const api = await aWebhookApi({ scope: 'sending_access' })
  expect((await api.call('GET', '/webhooks')).status).toBe(401)
})

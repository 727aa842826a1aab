import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { notice } from '../../src/db/notice.ts'
import { feedEnds } from '../../src/db/webhooks/read-feed.ts'
import { webhookEventId } from '../../src/domain/webhook-place.ts'
import { signedHeaders } from '../../src/webhook/sign.ts'
import { type AWebhookApi, aWebhookApi } from '../support/a-webhook-api.ts'
import { NOW } from '../support/an-api.ts'
import { aMailEvent } from '../support/lifecycle.ts'
import { claimed, told } from '../support/record.ts'
import { addressOf, anEmailRow } from '../support/rows.ts'

const BASE = 'https://api.aerogram.test'
const ENDPOINT = 'https://hooks.acme.dev/in'
const { Resend } = await import('resend')

let api: AWebhookApi

beforeEach(async () => {
  api = await aWebhookApi()
  vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init)
    if (!request.url.startsWith(`${BASE}/`)) throw new Error(`reached out to ${request.url}`)
    return await api.fetch(request)
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
})

function client() {
  return new Resend(api.key, { baseUrl: BASE }).webhooks
}

test('resend 6.38 makes, reads, lists, changes, rotates and removes a webhook', async () => {
  const webhooks = client()
  const made = await webhooks.create({ endpoint: ENDPOINT, events: ['email.sent'] })
  expect(made).toMatchObject({ error: null, data: { object: 'webhook' } })
  const { id = '', signing_secret: secret = '' } = made.data ?? {}
  const shown = {
    id,
    endpoint: ENDPOINT,
    events: ['email.sent'],
    status: 'enabled',
    created_at: new Date(NOW).toISOString(),
  }
  expect((await webhooks.get(id)).data).toMatchObject({
    object: 'webhook',
    ...shown,
    signing_secret: secret,
  })
  expect((await webhooks.list({ limit: 1 })).data).toMatchObject({
    object: 'list',
    data: [shown],
  })
  const change = { endpoint: `${ENDPOINT}/2`, status: 'disabled' } as const
  const changed = await webhooks.update(id, change)
  expect(changed.data).toEqual({ object: 'webhook', id })
  expect((await webhooks.get(id)).data).toMatchObject(change)
  const rotated = await webhooks.rotateSigningSecret(id)
  expect(rotated.data).toMatchObject({ object: 'webhook', id })
  expect(rotated.data?.signing_secret).not.toBe(secret)
  expect((await webhooks.remove(id)).data).toEqual({ object: 'webhook', id, deleted: true })
  expect((await webhooks.get(id)).error).toMatchObject({ name: 'not_found', statusCode: 404 })
})

test('resend 6.38 looks at what was sent, and has it sent again', async () => {
  const webhooks = client()
  const made = await webhooks.create({ endpoint: ENDPOINT, events: ['contact.created'] })
  const webhookId = made.data?.id ?? ''
  await notice(env.DB, { type: 'contact.created', at: NOW, data: { id: 'c' } }).run()
  const { newest: feed } = await feedEnds(env.DB)
  const eventId = webhookEventId({ feed, at: NOW, key: 0, part: 0 })
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO webhook_attempts (webhook_id, feed, feed_at, key, part, number, type, sent_at, status, response)
       VALUES (?1, ?2, ?3, 0, 0, 1, 'contact.created', ?3, 200, 'thanks')`,
    ).bind(webhookId, feed, NOW),
    env.DB.prepare('UPDATE webhooks SET cursor = ?2 WHERE id = ?1').bind(webhookId, feed),
  ])
  const event = {
    id: eventId,
    type: 'contact.created',
    created_at: new Date(NOW).toISOString(),
    status: 'success',
  }
  expect((await webhooks.events.list({ webhookId })).data).toEqual({
    object: 'list',
    has_more: false,
    data: [event],
  })
  expect((await webhooks.events.get({ webhookId, eventId })).data).toEqual({
    object: 'webhook_event',
    ...event,
    next_attempt_at: null,
    payload: { type: 'contact.created', created_at: event.created_at, data: { id: 'c' } },
  })
  expect((await webhooks.events.attempts.list({ webhookId, eventId })).data).toMatchObject({
    data: [{ http_status_code: 200, response: 'thanks', sent_at: event.created_at }],
  })
  const replayed = await webhooks.events.replay({ webhookId, eventId })
  expect(replayed.data).toEqual({ object: 'webhook_event', id: eventId })
  expect((await webhooks.events.list({ webhookId })).data?.data).toMatchObject([
    { id: eventId, status: 'pending' },
  ])
})

test('resend 6.38 verifies what an endpoint is sent, and finds in it what its types promise', async () => {
  const webhooks = client()
  const made = await webhooks.create({ endpoint: ENDPOINT, events: ['email.bounced'] })
  const { id = '', signing_secret: webhookSecret = '' } = made.data ?? {}
  await api.call('POST', `/webhooks/${id}/test`)
  const [test] = api.endpoint.sent
  if (test === undefined) throw new Error('nothing was sent')
  // Its verifier knows no other time than now.
  const signed = signedHeaders({ ...test, at: Date.now() })
  const of = (name: string) => signed[`svix-${name}`] ?? ''
  const headers = { id: of('id'), timestamp: of('timestamp'), signature: of('signature') }
  const payload = webhooks.verify({ payload: test.body, headers, webhookSecret })
  expect(payload).toMatchObject({ type: 'email.bounced', data: { bounce: { type: 'Permanent' } } })
})

test('a page of events has the data that its types promise of each', async () => {
  const email = await anEmailRow({ due_at: NOW - 1 })
  const [attempt = ''] = await claimed([email.id])
  const event = aMailEvent({ attempt, recipient: addressOf(email.id) })
  await told([
    event,
    { ...event, type: 'bounce', bounceType: 'Permanent', subType: 'General', feedbackId: 'f' },
    { ...event, type: 'click', link: 'https://acme.dev/', ip: '192.0.2.1', userAgent: 'M' },
  ])
  const { json } = await api.call('GET', '/-/events')
  const data: { type: string; data: Record<string, unknown> }[] = JSON.parse(
    JSON.stringify(json['data']),
  )
  const ofEmail = data.filter((each) => each.data['email_id'] === email.id)
  expect(ofEmail.map(({ type }) => type).toSorted()).toEqual([
    'email.bounced',
    'email.clicked',
    'email.sent',
  ])
  for (const { data: base } of ofEmail) {
    expect(base).toMatchObject({
      created_at: expect.any(String),
      email_id: email.id,
      message_id: expect.stringMatching(/^<.+@eu-west-1\.amazonses\.com>$/),
      from: expect.any(String),
      to: [addressOf(email.id)],
      subject: expect.any(String),
    })
  }
})

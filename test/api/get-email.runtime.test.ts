import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { anApi, anEmail, NOW } from '../support/an-api.ts'
import { put } from '../support/lifecycle-row.ts'

const AT = '2026-11-24T10:00:00.000Z'

test("an email is told in the contract's shape", async () => {
  const api = await anApi()
  const { json: sent } = await api.call('POST', '/emails', anEmail({ html: '<p>Hi</p>' }))
  const { status, json } = await api.call('GET', `/emails/${String(sent['id'])}`)
  const { ses, ...contract } = json
  expect(status).toBe(200)
  expect(contract).toEqual({
    object: 'email',
    id: sent['id'],
    message_id: null,
    to: ['ada@customer.dev'],
    cc: null,
    bcc: null,
    from: 'Acme <hello@acme.dev>',
    created_at: AT,
    subject: 'Your receipt',
    reply_to: null,
    last_event: 'queued',
    scheduled_at: null,
    html: '<p>Hi</p>',
    text: 'Thank you.',
    tags: [],
  })
  expect(ses).toMatchObject({
    status: 'queued',
    state: 'queued',
    attempts: 0,
    priority: 'high',
    recipients: [{ address: 'ada@customer.dev', kind: 'to', delivered_at: null }],
  })
})

test('what SES said stands under ses, per recipient where there are several', async () => {
  const api = await anApi()
  const { json: sent } = await api.call('POST', '/emails', {
    ...anEmail(),
    cc: 'bob@customer.dev',
    bcc: 'carol@customer.dev',
    reply_to: ['help@acme.dev', 'Sénder <s@acme.dev>'],
  })
  const id = String(sent['id'])
  await put(id, {
    state: 'sent',
    ses_message_id: '0102-abc-000000',
    accepted_at: NOW,
    evidence_at: NOW,
    delivered_at: NOW + 1000,
    pixel_open_at: NOW + 2000,
    attempt_number: 2,
  })
  await env.DB.prepare(
    `UPDATE recipients SET delivered_at = ?2 WHERE email_id = ?1 AND address = 'bob@customer.dev'`,
  )
    .bind(id, NOW + 1000)
    .run()
  const { json } = await api.call('GET', `/emails/${id}`)
  expect(json).toMatchObject({
    message_id: '<0102-abc-000000@eu-west-1.amazonses.com>',
    to: ['ada@customer.dev'],
    cc: ['bob@customer.dev'],
    bcc: ['carol@customer.dev'],
    reply_to: ['help@acme.dev', 'Sénder <s@acme.dev>'],
    last_event: 'opened',
    ses: {
      message_id: '0102-abc-000000',
      status: 'delivered',
      state: 'sent',
      attempts: 2,
      accepted_at: AT,
      delivered_at: '2026-11-24T10:00:01.000Z',
      opened_at: { ses: null, pixel: '2026-11-24T10:00:02.000Z' },
      recipients: [
        { address: 'ada@customer.dev', delivered_at: null },
        { address: 'bob@customer.dev', delivered_at: '2026-11-24T10:00:01.000Z' },
        { address: 'carol@customer.dev' },
      ],
    },
  })
})

test("SES's first region has a domain of its own", async () => {
  const api = await anApi({ settings: { region: 'us-east-1' } })
  const { json: sent } = await api.call('POST', '/emails', anEmail())
  await put(sent['id'], { ses_message_id: '0100-x' })
  const { json } = await api.call('GET', `/emails/${String(sent['id'])}`)
  expect(json['message_id']).toBe('<0100-x@email.amazonses.com>')
})

test.each([
  [{ state: 'sending' }, 'queued'],
  [{ state: 'in_doubt' }, 'queued'],
  [{ state: 'unknown' }, 'queued'],
  [{ state: 'scheduled' }, 'scheduled'],
  [{ state: 'canceled' }, 'canceled'],
  [{ state: 'suppressed' }, 'suppressed'],
  [{ state: 'failed' }, 'failed'],
  [{ evidence_at: NOW }, 'sent'],
  [{ evidence_at: NOW, delay_first_at: NOW }, 'delivery_delayed'],
  [{ evidence_at: NOW, delivered_at: NOW }, 'delivered'],
  [{ evidence_at: NOW, transient_bounce_at: NOW }, 'bounced'],
  [{ evidence_at: NOW, delivered_at: NOW, permanent_bounce_at: NOW }, 'bounced'],
  [{ evidence_at: NOW, rejected_at: NOW }, 'failed'],
  [{ evidence_at: NOW, render_failed_at: NOW }, 'failed'],
  [{ evidence_at: NOW, suppressed_at: NOW }, 'suppressed'],
  [{ evidence_at: NOW, delivered_at: NOW, ses_open_at: NOW }, 'opened'],
  [{ evidence_at: NOW, delivered_at: NOW, pixel_open_at: NOW, first_click_at: NOW }, 'clicked'],
  [{ evidence_at: NOW, complained_at: NOW, first_click_at: NOW }, 'complained'],
  [{ evidence_at: NOW, permanent_bounce_at: NOW, ses_open_at: NOW }, 'bounced'],
])('%j reads as last_event %s', async (columns, word) => {
  const api = await anApi()
  const { json: sent } = await api.call('POST', '/emails', anEmail())
  await put(sent['id'], columns)
  const { json } = await api.call('GET', `/emails/${String(sent['id'])}`)
  expect(json['last_event']).toBe(word)
})

test('an email is still told of when retention has taken its content', async () => {
  const api = await anApi()
  const { json: sent } = await api.call('POST', '/emails', anEmail())
  await env.DB.prepare('DELETE FROM contents WHERE id = ?1').bind(sent['id']).run()
  const { status, json } = await api.call('GET', `/emails/${String(sent['id'])}`)
  expect([status, json['html'], json['tags']]).toEqual([200, null, []])
})

test.each([crypto.randomUUID(), 'nothing', '%00', "1' OR '1'='1"])(
  '%s names no email',
  async (id) => {
    const api = await anApi()
    const { status, json } = await api.call('GET', `/emails/${encodeURIComponent(id)}`)
    expect([status, json['name']]).toEqual([404, 'not_found'])
  },
)

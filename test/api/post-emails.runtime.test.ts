import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { UUID } from '../../src/domain/id.ts'
import { anApi, anEmail, contentOf, NOW, row } from '../support/an-api.ts'

test('an email is accepted, stored and queued, and the answer is its id', async () => {
  const api = await anApi()
  const answer = await api.call('POST', '/emails', anEmail())
  const id = answer.json['id']
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8')
  expect(answer.json).toEqual({ id: expect.stringMatching(UUID) })
  expect(api.enqueued).toEqual([{ id, recipients: 1, priority: 'high', dueAt: NOW }])
  expect(await row('emails', id)).toMatchObject({
    state: 'queued',
    status: 'queued',
    due_at: NOW,
    scheduled_at: null,
    address: 'ada@customer.dev',
    recipient_count: 1,
    priority: 'high',
    doubt_policy: 'resend',
    canary: 0,
  })
  expect(await contentOf(id)).toMatchObject({
    id,
    last_email_id: id,
    sender: 'Acme <hello@acme.dev>',
    subject: 'Your receipt',
    html: null,
    text: 'Thank you.',
    reply_to: '[]',
    headers: '[]',
    attachments: '[]',
    pixel: 1,
    ses_tracking: 1,
  })
})

test('one email costs four written rows: its own, two index entries and the content', async () => {
  const written: number[] = []
  const db = new Proxy(env.DB, {
    get(target, property) {
      if (property !== 'batch') return Reflect.get(target, property).bind(target)
      return async (statements: D1PreparedStatement[]) => {
        const results = await target.batch(statements)
        written.push(...results.map(({ meta }) => meta.rows_written))
        return results
      }
    },
  })
  const api = await anApi({ db })
  await api.call('POST', '/emails', anEmail())
  expect(written.reduce((sum, rows) => sum + rows, 0)).toBe(4)
})

test('several recipients stand in rows of their own; who is named twice gets it once', async () => {
  const api = await anApi()
  const { json } = await api.call('POST', '/emails', {
    ...anEmail(),
    to: ['"Lovelace, Ada" <ADA@customer.dev>', 'bob@customer.dev'],
    cc: ['ada@customer.dev', 'Carol <carol@customer.dev>'],
    bcc: 'bob@customer.dev',
  })
  const { results } = await env.DB.prepare(
    'SELECT address, kind, position, name FROM recipients WHERE email_id = ?1 ORDER BY position',
  )
    .bind(json['id'])
    .all()
  expect(results).toEqual([
    { address: 'ada@customer.dev', kind: 'to', position: 0, name: 'Lovelace, Ada' },
    { address: 'bob@customer.dev', kind: 'to', position: 1, name: null },
    { address: 'carol@customer.dev', kind: 'cc', position: 2, name: 'Carol' },
  ])
  expect(await row('emails', json['id'])).toMatchObject({ address: null, recipient_count: 3 })
  expect(api.enqueued).toMatchObject([{ recipients: 3 }])
})

test('one person named in to and cc is one recipient, in the row of the email', async () => {
  const api = await anApi()
  const { json } = await api.call('POST', '/emails', {
    ...anEmail(),
    cc: 'Ada <ada@customer.dev>',
  })
  expect(await row('emails', json['id'])).toMatchObject({
    address: 'ada@customer.dev',
    recipient_count: 1,
  })
})

test('empty lists and nulls of PHP clients count as absent', async () => {
  const api = await anApi()
  const answer = await api.call('POST', '/emails', {
    ...anEmail(),
    to: ['ada@customer.dev'],
    cc: [],
    bcc: [],
    reply_to: [],
    tags: [],
    attachments: [],
    headers: [],
    html: null,
    scheduled_at: null,
    template: null,
  })
  expect(answer.status).toBe(200)
})

test('unknown fields are ignored', async () => {
  const api = await anApi()
  const answer = await api.call('POST', '/emails', { ...anEmail(), colour: 'blue', __proto__: 1 })
  expect(answer.status).toBe(200)
})

test('encoded words in names are read, and names are told as people write them', async () => {
  const api = await anApi()
  const { json } = await api.call('POST', '/emails', {
    ...anEmail(),
    from: '=?utf-8?b?U8OpbmRlciwgSW5jLg==?= <from@acme.dev>',
    to: '"Recipient 2, OK?" <ada@customer.dev>',
  })
  expect((await contentOf(json['id']))['sender']).toBe(
    '=?UTF-8?B?U8OpbmRlciwgSW5jLg==?= <from@acme.dev>',
  )
  const got = await api.call('GET', `/emails/${String(json['id'])}`)
  expect(got.json).toMatchObject({
    from: '"Sénder, Inc." <from@acme.dev>',
    to: ['"Recipient 2, OK?" <ada@customer.dev>'],
  })
})

test('text is made from html unless an empty text asks for none', async () => {
  const api = await anApi()
  const html = '<h1>Hello</h1><p>See <a href="https://acme.dev/a">this</a></p>'
  const made = await api.call('POST', '/emails', { ...anEmail(), html, text: undefined })
  const none = await api.call('POST', '/emails', { ...anEmail(), html, text: '' })
  const own = await api.call('POST', '/emails', { ...anEmail(), html, text: 'Own.' })
  expect((await contentOf(made.json['id']))['text']).toBe('Hello\n\nSee this [https://acme.dev/a]')
  expect((await contentOf(none.json['id']))['text']).toBeNull()
  expect((await contentOf(own.json['id']))['text']).toBe('Own.')
})

test('our own headers are taken out, Reply-To becomes the field, the rest stays', async () => {
  const api = await anApi()
  const { json } = await api.call('POST', '/emails', {
    ...anEmail(),
    headers: {
      'X-Metadata': '{"user_id": 123}',
      'X-Number': 42,
      'List-Unsubscribe': '<https://acme.dev/u>',
      'reply-to': 'Help <help@acme.dev>',
      'x-aerogram-priority': 'bulk',
      'X-Aerogram-Pixel': 'off',
      'X-Aerogram-Ses-Tracking': 'off',
      'X-Aerogram-Later': 'unknown to this version',
    },
  })
  expect(await contentOf(json['id'])).toMatchObject({
    headers: JSON.stringify([
      { name: 'X-Metadata', value: '{"user_id": 123}' },
      { name: 'X-Number', value: '42' },
      { name: 'List-Unsubscribe', value: '<https://acme.dev/u>' },
    ]),
    reply_to: '["Help <help@acme.dev>"]',
    pixel: 0,
    ses_tracking: 0,
  })
  expect(await row('emails', json['id'])).toMatchObject({ priority: 'bulk' })
})

test('a field outranks the header that says the same', async () => {
  const api = await anApi()
  const { json } = await api.call('POST', '/emails', {
    ...anEmail(),
    reply_to: 'field@acme.dev',
    priority: 'normal',
    tracking: { pixel: true },
    headers: {
      'Reply-To': 'header@acme.dev',
      'X-Aerogram-Priority': 'bulk',
      'X-Aerogram-Pixel': 'off',
    },
  })
  expect(await contentOf(json['id'])).toMatchObject({ reply_to: '["field@acme.dev"]', pixel: 1 })
  expect(await row('emails', json['id'])).toMatchObject({ priority: 'normal' })
})

test('a Reply-To header may name several', async () => {
  const api = await anApi()
  const { json } = await api.call('POST', '/emails', {
    ...anEmail(),
    headers: { 'Reply-To': '"Help, Desk" <help@acme.dev>, b@acme.dev' },
  })
  expect((await contentOf(json['id']))['reply_to']).toBe(
    JSON.stringify(['"Help, Desk" <help@acme.dev>', 'b@acme.dev']),
  )
})

test('what an environment switches off no email can switch on', async () => {
  const api = await anApi({ settings: { openPixel: false, sesTracking: false } })
  const { json } = await api.call('POST', '/emails', {
    ...anEmail(),
    tracking: { pixel: true, ses: true },
  })
  expect(await contentOf(json['id'])).toMatchObject({ pixel: 0, ses_tracking: 0 })
})

test("tags are SES's, in Resend's form or Symfony's", async () => {
  const api = await anApi()
  const { json } = await api.call('POST', '/emails', {
    ...anEmail(),
    tags: [{ name: 'kind', value: 'receipt' }, { campaign: 'spring' }],
  })
  const tags = [
    { name: 'kind', value: 'receipt' },
    { name: 'campaign', value: 'spring' },
  ]
  expect((await contentOf(json['id']))['tags']).toBe(JSON.stringify(tags))
  expect((await api.call('GET', `/emails/${String(json['id'])}`)).json['tags']).toEqual(tags)
})

test('a time ahead schedules the email', async () => {
  const api = await anApi()
  const words = await api.call('POST', '/emails', { ...anEmail(), scheduled_at: 'in 1 hour' })
  const iso = await api.call('POST', '/emails', {
    ...anEmail(),
    scheduled_at: '2026-11-25T03:04:05.678+00:00',
    expires_at: '2026-11-25T04:00:00Z',
  })
  expect(await row('emails', words.json['id'])).toMatchObject({
    state: 'scheduled',
    due_at: NOW + 3_600_000,
    scheduled_at: NOW + 3_600_000,
  })
  expect(await row('emails', iso.json['id'])).toMatchObject({
    state: 'scheduled',
    due_at: Date.UTC(2026, 10, 25, 3, 4, 5, 678),
    expires_at: Date.UTC(2026, 10, 25, 4),
  })
})

test('a body past 500 KB lies in R2 and comes back whole', async () => {
  const api = await anApi()
  const html = `<p>${'x'.repeat(600_000)}</p>`
  const { json } = await api.call('POST', '/emails', { ...anEmail(), html, text: 'Short.' })
  const id = String(json['id'])
  expect(await contentOf(id)).toMatchObject({
    html: null,
    html_file: `contents/${id}/html`,
    text: 'Short.',
    text_file: null,
  })
  expect((await api.call('GET', `/emails/${id}`)).json).toMatchObject({ html, text: 'Short.' })
})

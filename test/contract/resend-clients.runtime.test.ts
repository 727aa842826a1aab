import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { UUID } from '../../src/domain/id.ts'
import { type AnApi, anApi, contentOf, row } from '../support/an-api.ts'

const BASE = 'https://api.aerogram.test'
// Versions 2 and 4 read it once, when they are loaded.
vi.stubEnv('RESEND_BASE_URL', BASE)
const { Resend: Resend6 } = await import('resend')
const { Resend: Resend4 } = await import('resend-4')
const { Resend: Resend2 } = await import('resend-2')

let api: AnApi

beforeEach(async () => {
  api = await anApi()
  vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init)
    if (!request.url.startsWith(`${BASE}/`)) throw new Error(`reached out to ${request.url}`)
    return await api.fetch(request)
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
})

const EMAIL = {
  from: 'Acme <hello@acme.dev>',
  to: 'ada@customer.dev',
  subject: 'Your receipt',
  html: '<p>Thank you.</p>',
}
const FILE = { filename: 'a.txt', content: Buffer.from('hi') }

test.each([
  ['6.38', () => new Resend6(api.key, { baseUrl: BASE })],
  ['4.8', () => new Resend4(api.key)],
  ['2.1', () => new Resend2(api.key)],
])('resend %s sends, with an attachment, and reads back', async (_, client) => {
  const resend = client()
  const sent = await resend.emails.send({
    ...EMAIL,
    text: 'Thank you.',
    attachments: [FILE],
    tags: [{ name: 'kind', value: 'receipt' }],
    headers: { 'X-Order': '7' },
  })
  expect(sent).toMatchObject({ data: { id: expect.stringMatching(UUID) }, error: null })
  const id = sent.data?.id ?? ''
  expect(JSON.parse(String((await contentOf(id))['attachments']))).toMatchObject([
    { filename: 'a.txt', size: 2 },
  ])
  const got = await resend.emails.get(id)
  expect(got).toMatchObject({
    error: null,
    data: { object: 'email', id, to: ['ada@customer.dev'], last_event: 'queued' },
  })
})

test.each([
  ['6.38', () => new Resend6(api.key, { baseUrl: BASE })],
  ['4.8', () => new Resend4(api.key)],
  ['2.1', () => new Resend2(api.key)],
])('resend %s sends a batch and gets its ids in order', async (_, client) => {
  const emails = [1, 2, 3].map((n) => ({ ...EMAIL, to: [`a${n}@customer.dev`], text: 'Hi' }))
  const { data, error } = await client().batch.send(emails)
  expect(error).toBeNull()
  const ids = data?.data.map(({ id }) => id) ?? []
  const rows = await Promise.all(ids.map(async (id) => await row('emails', id)))
  expect(rows.map(({ address }) => address)).toEqual([1, 2, 3].map((n) => `a${n}@customer.dev`))
})

test.each([
  ['6.38', () => new Resend6(api.key, { baseUrl: BASE })],
  ['4.8', () => new Resend4(api.key)],
  ['2.1', () => new Resend2(api.key)],
])('resend %s tells our errors by their names', async (_, client) => {
  const { data, error } = await client().emails.send({ ...EMAIL, to: 'nobody', text: 'Hi' })
  expect(data).toBeNull()
  expect(error).toMatchObject({
    name: 'validation_error',
    message: expect.stringContaining('Invalid `to` field.'),
  })
})

test.each([
  ['6.38', () => new Resend6(api.key, { baseUrl: BASE })],
  ['4.8', () => new Resend4(api.key)],
])('resend %s schedules, reschedules and cancels', async (_, client) => {
  const resend = client()
  const { data } = await resend.emails.send({ ...EMAIL, scheduledAt: 'in 1 hour' })
  const id = data?.id ?? ''
  expect(await row('emails', id)).toMatchObject({ state: 'scheduled' })
  const scheduledAt = new Date(api.clock.now + 7_200_000).toISOString()
  expect(await resend.emails.update({ id, scheduledAt })).toMatchObject({
    data: { object: 'email', id },
    error: null,
  })
  expect(await row('emails', id)).toMatchObject({ due_at: api.clock.now + 7_200_000 })
  expect(await resend.emails.cancel(id)).toMatchObject({
    data: { object: 'email', id },
    error: null,
  })
  expect((await resend.emails.get(id)).data).toMatchObject({ last_event: 'canceled' })
})

test('resend 6.38 lists by pages, with its idempotency key and batch modes', async () => {
  api.clock.now += 1000
  const resend = new Resend6(api.key, { baseUrl: BASE })
  const options = { idempotencyKey: 'order-7' }
  const first = await resend.emails.send(EMAIL, options)
  const again = await resend.emails.send(EMAIL, options)
  expect(again.data).toEqual(first.data)
  const other = await resend.emails.send({ ...EMAIL, subject: 'Another' }, options)
  expect(other.error).toMatchObject({ name: 'invalid_idempotent_request', statusCode: 409 })

  const listed = await resend.emails.list({ limit: 1 })
  expect(listed.data).toMatchObject({ object: 'list', data: [{ id: first.data?.id }] })

  const batch = await resend.batch.send([EMAIL, { ...EMAIL, to: 'nobody' }], {
    batchValidation: 'permissive',
  })
  expect(batch.data).toMatchObject({
    data: [{ id: expect.stringMatching(UUID) }],
    errors: [{ index: 1, message: expect.stringContaining('`to`') }],
  })
})

test('resend 6.38 tells of wrong keys and of missing emails', async () => {
  const wrong = new Resend6('re_00000000_00000000000000000000000000000000', { baseUrl: BASE })
  expect((await wrong.emails.send(EMAIL)).error).toMatchObject({ name: 'invalid_api_key' })
  const resend = new Resend6(api.key, { baseUrl: BASE })
  expect((await resend.emails.get(crypto.randomUUID())).error).toMatchObject({
    name: 'not_found',
    statusCode: 404,
  })
})

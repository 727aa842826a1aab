import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type AnApi, contentOf } from '../support/an-api.ts'
import { aTemplateApi } from '../support/a-template-api.ts'

const BASE = 'https://api.aerogram.test'
const { Resend } = await import('resend')

let api: AnApi

beforeEach(async () => {
  api = await aTemplateApi()
  vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init)
    if (!request.url.startsWith(`${BASE}/`)) throw new Error(`reached out to ${request.url}`)
    return await api.fetch(request)
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
})

const TEMPLATE = {
  name: 'Order sent',
  alias: 'order-sent',
  from: 'Acme <hello@acme.dev>',
  subject: 'Your order {{{ORDER}}}',
  replyTo: 'help@acme.dev',
  html: '<p>{{{NAME}}}: {{{ORDER}}}, {{{COUNT}}}</p>',
  variables: [
    { key: 'ORDER', type: 'string' as const },
    { key: 'NAME', type: 'string' as const, fallbackValue: 'Friend' },
    { key: 'COUNT', type: 'number' as const, fallbackValue: 1 },
  ],
}

test('resend 6.38 writes, publishes, changes, copies, lists and throws away a template', async () => {
  const { templates } = new Resend(api.key, { baseUrl: BASE })
  const made = await templates.create(TEMPLATE).publish()
  expect(made).toMatchObject({ error: null, data: { object: 'template' } })
  const id = made.data?.id ?? ''
  const { data } = await templates.get('order-sent')
  expect(data).toMatchObject({
    object: 'template',
    id,
    name: 'Order sent',
    alias: 'order-sent',
    status: 'published',
    from: 'Acme <hello@acme.dev>',
    subject: 'Your order {{{ORDER}}}',
    reply_to: ['help@acme.dev'],
    html: TEMPLATE.html,
    text: null,
    has_unpublished_versions: false,
    variables: [
      { key: 'ORDER', type: 'string', fallback_value: null },
      { key: 'NAME', type: 'string', fallback_value: 'Friend' },
      { key: 'COUNT', type: 'number', fallback_value: 1 },
    ],
  })
  expect(data?.current_version_id).toMatch(/^[0-9a-f-]{36}$/)
  expect(Date.parse(data?.published_at ?? '')).toBeGreaterThan(0)
  expect((await templates.update(id, { subject: 'Order {{{ORDER}}}' })).data).toMatchObject({ id })
  expect((await templates.get(id)).data?.has_unpublished_versions).toBe(true)
  expect((await templates.publish(id)).data).toMatchObject({ object: 'template', id })
  const copy = await templates.duplicate(id)
  expect(copy.error).toBeNull()
  const listed = await templates.list({ limit: 2 })
  expect(listed.data?.data).toContainEqual(
    expect.objectContaining({ id: copy.data?.id, status: 'draft', alias: null }),
  )
  expect((await templates.remove(copy.data?.id ?? '')).data).toEqual({
    object: 'template',
    id: copy.data?.id,
    deleted: true,
  })
  expect((await templates.get(copy.data?.id ?? '')).error).toMatchObject({
    name: 'not_found',
    statusCode: 404,
    message: 'Template not found',
  })
})

test('resend 6.38 sends by a template, alone and in a batch', async () => {
  const { templates, emails, batch } = new Resend(api.key, { baseUrl: BASE })
  await templates.create({ ...TEMPLATE, alias: 'to-send' }).publish()
  const email = {
    to: 'ada@customer.dev',
    template: { id: 'to-send', variables: { ORDER: 'A1', COUNT: 2 } },
  }
  const sent = await emails.send(email)
  expect(sent.error).toBeNull()
  expect(await contentOf(sent.data?.id)).toMatchObject({
    sender: 'Acme <hello@acme.dev>',
    subject: 'Your order A1',
    html: '<p>Friend: A1, 2</p>',
  })
  const many = await batch.send([email, { ...email, from: 'Bob <bob@acme.dev>', subject: 'Own' }])
  expect(many.error).toBeNull()
  expect(await contentOf(many.data?.data[1]?.id)).toMatchObject({
    sender: 'Bob <bob@acme.dev>',
    subject: 'Own',
  })
  const refused = await emails.send({ ...email, template: { id: 'to-send', variables: {} } })
  expect(refused).toMatchObject({
    data: null,
    error: {
      name: 'validation_error',
      statusCode: 422,
      message:
        'Invalid `template.variables` field. Missing, and the template has no fallback: `ORDER`.',
    },
  })
})

test('what anymail posts beside a template is taken: an empty text, a sender of its own', async () => {
  const { templates } = new Resend(api.key, { baseUrl: BASE })
  await templates.create({ ...TEMPLATE, alias: 'of-anymail' }).publish()
  const { status, json } = await api.call('POST', '/emails', {
    from: 'Acme <hello@acme.dev>',
    to: ['ada@customer.dev'],
    subject: 'Own',
    text: '',
    headers: { 'X-Metadata': '{"user_id": 1}' },
    template: { id: 'of-anymail', variables: { ORDER: 'A1' } },
  })
  expect(status).toBe(200)
  expect(await contentOf(json['id'])).toMatchObject({
    html: '<p>Friend: A1, 1</p>',
    subject: 'Own',
  })
})

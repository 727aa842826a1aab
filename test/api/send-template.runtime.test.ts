import { beforeEach, expect, test } from 'vitest'
import { type AnApi, contentOf, counts, row } from '../support/an-api.ts'
import { aPublished, aTemplate, aTemplateApi } from '../support/a-template-api.ts'

let api: AnApi

beforeEach(async () => {
  api = await aTemplateApi()
})

const send = (id: string, fields: Record<string, unknown> = {}) =>
  api.call('POST', '/emails', {
    to: 'ada@customer.dev',
    template: { id, variables: { ORDER: '<42>' } },
    ...fields,
  })

test('an email has its content, sender, subject and Reply-To from the template', async () => {
  const id = await aPublished(api, { alias: 'sent' })
  const { status, json } = await send('sent')
  expect(status).toBe(200)
  expect(await contentOf(json['id'])).toMatchObject({
    sender: 'Acme <hello@acme.dev>',
    reply_to: '["help@acme.dev"]',
    subject: 'Your order <42>',
    html: '<p>Dear customer, &lt;42&gt; costs 0.</p>',
    text: 'Dear customer, <42> costs 0.',
    template_id: id,
  })
})

test('the request wins over the template, whose subject then needs no values', async () => {
  const id = await aPublished(api, { html: '<p>Hello</p>', subject: '{{{NEVER_GIVEN}}}' })
  const { json } = await send(id, {
    from: 'Bob <bob@acme.dev>',
    subject: 'Literally {{{ORDER}}}',
    reply_to: ['sales@acme.dev'],
    html: '',
    text: '',
  })
  expect(await contentOf(json['id'])).toMatchObject({
    sender: 'Bob <bob@acme.dev>',
    reply_to: '["sales@acme.dev"]',
    subject: 'Literally {{{ORDER}}}',
    html: '<p>Hello</p>',
  })
})

test('a draft does not send, and a change only after it is published', async () => {
  const made = await api.call('POST', '/templates', aTemplate())
  const id = String(made.json['id'])
  const draft = await send(id)
  expect(draft).toMatchObject({
    status: 422,
    json: {
      name: 'validation_error',
      message: 'Invalid `template` field. The template is not published.',
    },
  })
  await api.call('POST', `/templates/${id}/publish`)
  await api.call('PATCH', `/templates/${id}`, { html: '<p>New</p>' })
  const before = await send(id)
  expect((await contentOf(before.json['id']))['html']).toContain('Dear customer')
  await api.call('POST', `/templates/${id}/publish`)
  const after = await send(id)
  expect((await contentOf(after.json['id']))['html']).toBe('<p>New</p>')
  await api.call('DELETE', `/templates/${id}`)
  expect((await send(id)).json).toEqual({
    statusCode: 404,
    name: 'not_found',
    message: 'Template not found',
  })
  expect((await contentOf(after.json['id']))['html']).toBe('<p>New</p>')
})

test.for([
  ['template.variables', {}, 'ORDER'],
  ['template.variables', { ORDER: ' ' }, 'ORDER'],
  ['template.variables.ORDER', { ORDER: 1 }, 'string'],
  ['template.variables.TOTAL', { ORDER: 'a', TOTAL: '1' }, 'number'],
  ['template.variables.EMAIL', { ORDER: 'a', EMAIL: 'a' }, 'reserved'],
  ['template.variables', { ORDER: 'a', NAME: 'a\u0000' }, 'NUL'],
] satisfies [string, object, string][])('%s is refused for %j', async ([field, variables, why]) => {
  const id = await aPublished(api)
  const before = await counts()
  const { status, json } = await send(id, { template: { id, variables } })
  expect(status).toBe(422)
  expect(json['name']).toBe('validation_error')
  expect(json['message']).toContain(`\`${field}\``)
  expect(json['message']).toContain(why)
  expect(await counts()).toEqual(before)
})

test.for([
  ['html', { html: '<p>own</p>' }],
  ['text', { text: 'own' }],
  ['template', { template: 'sent' }],
  ['template.id', { template: {} }],
] satisfies [string, object][])('%s beside or as a template is refused', async ([field, given]) => {
  const { status, json } = await send(await aPublished(api), given)
  expect(status).toBe(422)
  expect(json['message']).toContain(`\`${field}\``)
})

test('a template without from or subject leaves them to the request', async () => {
  const id = await aPublished(api, { from: null, subject: null, html: '<p>Hi</p>' })
  expect((await send(id)).json['message']).toBe('Missing `from` field.')
  expect((await send(id, { from: 'a@acme.dev' })).json['message']).toBe('Missing `subject` field.')
  expect((await send(id, { from: 'a@acme.dev', subject: 'Hi' })).status).toBe(200)
})

test('a list of PHP and a value that is cut in half are taken', async () => {
  const id = await aPublished(api, {
    html: '<p>{{ GREETING | slice: 0, 1 }}</p>',
    subject: 'Hi',
    variables: [{ key: 'GREETING', type: 'string', fallback_value: '😀' }],
  })
  const { json } = await send(id, { template: { id, variables: [] } })
  expect((await contentOf(json['id']))['html']).toMatch(/^<p>.+<\/p>$/)
})

test('equal emails of a batch share a content, and the other items stand on their own', async () => {
  const id = await aPublished(api)
  const of = (ORDER: unknown) => ({
    to: 'ada@customer.dev',
    template: { id, variables: { ORDER } },
  })
  const { status, json } = await api.call(
    'POST',
    '/emails/batch',
    [of('1'), of(2), of('1'), of('3'), { to: 'ada@customer.dev', template: { id: 'nobody' } }],
    { 'x-batch-validation': 'permissive' },
  )
  expect(status).toBe(200)
  expect(json['errors']).toEqual([
    { index: 1, message: 'Invalid `template.variables.ORDER` field. Expected a string.' },
    { index: 4, message: 'Template not found' },
  ])
  const ids = Array.isArray(json['data']) ? json['data'].map(({ id }) => String(id)) : []
  const contents = await Promise.all(
    ids.map(async (each) => (await row('emails', each))['content_id']),
  )
  expect(contents).toEqual([ids[0], ids[0], ids[2]])
})

test('a strict batch says which item names no template', async () => {
  const { status, json } = await api.call('POST', '/emails/batch', [
    { to: 'ada@customer.dev', template: { id: 'nobody' } },
  ])
  expect(status).toBe(404)
  expect(json['message']).toBe('emails[0]: Template not found')
})

test('a key stands for the request as sent, whatever the template says later', async () => {
  const id = await aPublished(api)
  const headers = { 'idempotency-key': 'with a template' }
  const body = { to: 'ada@customer.dev', template: { id, variables: { ORDER: '1' } } }
  const first = await api.call('POST', '/emails', body, headers)
  await api.call('PATCH', `/templates/${id}`, { html: '<p>New</p>' })
  await api.call('POST', `/templates/${id}/publish`)
  const again = await api.call('POST', '/emails', body, headers)
  expect(again.json).toEqual(first.json)
  const other = { to: 'ada@customer.dev', template: { id, variables: { ORDER: '2' } } }
  const refused = await api.call('POST', '/emails', other, headers)
  expect(refused).toMatchObject({ status: 409, json: { name: 'invalid_idempotent_request' } })
})

test('emails that grow too large together are refused', async () => {
  const id = await aPublished(api, {
    html: 'x'.repeat(300_000),
    text: '',
    subject: 'Hi',
  })
  const { status, json } = await api.call(
    'POST',
    '/emails/batch',
    Array.from({ length: 100 }, () => ({ to: 'ada@customer.dev', template: { id } })),
  )
  expect(status).toBe(422)
  expect(json['message']).toContain('too large together')
})

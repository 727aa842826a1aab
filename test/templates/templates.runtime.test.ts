import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import type { AnApi } from '../support/an-api.ts'
import { aPublished, aTemplate, aTemplateApi } from '../support/a-template-api.ts'

let api: AnApi

beforeEach(async () => {
  api = await aTemplateApi()
})

const NOBODY = '0192d3a4-0000-7000-8000-000000000000'

test('a template is written, read, listed and thrown away, by id and by alias', async () => {
  const made = await api.call('POST', '/templates', aTemplate({ alias: 'receipt' }))
  expect(made.status).toBe(201)
  const id = String(made.json['id'])
  const read = await api.call('GET', '/templates/receipt')
  expect(read.json).toMatchObject({
    object: 'template',
    id,
    name: 'Receipt',
    alias: 'receipt',
    status: 'draft',
    published_at: null,
    has_unpublished_versions: true,
    from: 'Acme <hello@acme.dev>',
    subject: 'Your order {{{ORDER}}}',
    reply_to: ['help@acme.dev'],
    text: null,
  })
  expect(read.json['variables']).toEqual(
    [
      { key: 'ORDER', type: 'string', fallback_value: null },
      { key: 'NAME', type: 'string', fallback_value: null },
      { key: 'TOTAL', type: 'number', fallback_value: 0 },
    ].map((variable) => ({
      ...variable,
      created_at: read.json['created_at'],
      updated_at: read.json['updated_at'],
    })),
  )
  expect((await api.call('GET', `/templates/${id.toUpperCase()}`)).json).toEqual(read.json)
  const listed = await api.call('GET', '/templates?limit=1')
  expect(listed.json).toMatchObject({ object: 'list', data: [{ id, status: 'draft' }] })
  expect(JSON.stringify(listed.json)).not.toContain('<p>')
  const gone = await api.call('DELETE', '/templates/receipt')
  expect(gone).toMatchObject({ status: 200, json: { object: 'template', id, deleted: true } })
  expect((await api.call('GET', `/templates/${id}`)).json).toEqual({
    statusCode: 404,
    name: 'not_found',
    message: 'Template not found',
  })
  const left = await env.DB.prepare(
    'SELECT count(*) AS n FROM template_versions WHERE template_id = ?1',
  )
    .bind(id)
    .first()
  expect(left).toEqual({ n: 0 })
})

test('what is published stays as it is until the change is published', async () => {
  const id = await aPublished(api)
  const path = `/templates/${id}`
  const before = (await api.call('GET', path)).json
  expect(before).toMatchObject({ status: 'published', has_unpublished_versions: false })
  const published = before['current_version_id']
  expect((await api.call('PATCH', path, { subject: 'Draft' })).status).toBe(200)
  const draft = (await api.call('GET', path)).json
  expect(draft).toMatchObject({
    status: 'published',
    has_unpublished_versions: true,
    subject: 'Draft',
    html: before['html'],
  })
  expect(draft['current_version_id']).not.toBe(published)
  await api.call('PATCH', path, { subject: 'Draft again', from: null })
  expect((await api.call('GET', path)).json).toMatchObject({
    current_version_id: draft['current_version_id'],
    subject: 'Draft again',
    from: null,
  })
  const versions = await api.call('GET', `${path}/versions`)
  expect(versions.json['data']).toMatchObject([
    {
      id: draft['current_version_id'],
      status: 'draft',
      subject: 'Draft again',
      published_at: null,
    },
    { id: published, status: 'published', subject: 'Your order {{{ORDER}}}' },
  ])
  const old = await api.call('GET', `${path}/versions/${String(published)}`)
  expect(old.json).toMatchObject({
    object: 'template_version',
    template_id: id,
    status: 'published',
    subject: 'Your order {{{ORDER}}}',
    html: before['html'],
  })
  await api.call('POST', `${path}/publish`)
  expect((await api.call('GET', `${path}/versions`)).json['data']).toMatchObject([
    { status: 'published', subject: 'Draft again' },
    { id: published, status: 'replaced' },
  ])
  expect((await api.call('GET', `${path}/versions/${NOBODY}`)).status).toBe(404)
  const again = await api.call('POST', `${path}/publish`)
  expect(again).toMatchObject({ status: 200, json: { object: 'template', id } })
})

test('a new name or alias makes no new version', async () => {
  const id = await aPublished(api)
  const before = (await api.call('GET', `/templates/${id}`)).json
  await api.call('PATCH', `/templates/${id}`, { name: 'Bill', alias: 'bill' })
  expect((await api.call('GET', '/templates/bill')).json).toMatchObject({
    id,
    name: 'Bill',
    current_version_id: before['current_version_id'],
    has_unpublished_versions: false,
  })
})

test('a copy is a draft of its own, without the alias', async () => {
  const id = await aPublished(api, { alias: 'copied' })
  const made = await api.call('POST', '/templates/copied/duplicate')
  expect(made.status).toBe(201)
  const copy = (await api.call('GET', `/templates/${String(made.json['id'])}`)).json
  const original = (await api.call('GET', `/templates/${id}`)).json
  expect(copy).toMatchObject({ alias: null, status: 'draft', name: 'Receipt' })
  expect([copy['html'], copy['variables']]).toEqual([original['html'], original['variables']])
})

test('an alias is one template’s, whoever asks first', async () => {
  await api.call('POST', '/templates', aTemplate({ alias: 'only' }))
  const second = await api.call('POST', '/templates', aTemplate({ alias: 'only' }))
  expect(second).toMatchObject({
    status: 422,
    json: { message: 'Invalid `alias` field. Another template has this alias.' },
  })
  const { json } = await api.call('POST', '/templates', aTemplate())
  const renamed = await api.call('PATCH', `/templates/${String(json['id'])}`, { alias: 'only' })
  expect(renamed.json['message']).toContain('`alias`')
  const racing = await Promise.all(
    Array.from({ length: 5 }, () => api.call('POST', '/templates', aTemplate({ alias: 'race' }))),
  )
  expect(racing.filter(({ status }) => status === 201)).toHaveLength(1)
})

test('two changes at once do not lose one of them silently', async () => {
  const id = await aPublished(api)
  const changes = await Promise.all([
    api.call('PATCH', `/templates/${id}`, { subject: 'One' }),
    api.call('PATCH', `/templates/${id}`, { text: 'Two' }),
  ])
  const { json } = await api.call('GET', `/templates/${id}`)
  const done = changes.map(({ status }) => status === 200)
  expect([json['subject'] === 'One', json['text'] === 'Two']).toEqual(done)
})

test.for([
  ['name', { name: '' }],
  ['name', { name: 'a\nb' }],
  ['html', { html: '' }],
  ['html', { html: undefined }],
  ['html', { html: 'x'.repeat(900_001) }],
  ['html', { html: '{{{ORDER' }],
  ['text', { text: '{% if %}' }],
  ['text', { text: 'a\u0000' }],
  ['alias', { alias: 'a b' }],
  ['alias', { alias: NOBODY }],
  ['from', { from: 'nobody' }],
  ['reply_to', { reply_to: ['nobody'] }],
  ['subject', { subject: 'a\nb' }],
  ['variables[0].key', { variables: [{ key: 'EMAIL', type: 'string' }] }],
  ['variables[0].type', { variables: [{ key: 'A', type: 'date' }] }],
  [
    'variables[1].key',
    {
      variables: [
        { key: 'A', type: 'string' },
        { key: 'A', type: 'number' },
      ],
    },
  ],
  [
    'variables[0].fallback_value',
    { variables: [{ key: 'A', type: 'number', fallback_value: '1' }] },
  ],
  [
    'variables',
    { variables: Array.from({ length: 51 }, (_, n) => ({ key: `A${n}`, type: 'string' })) },
  ],
] satisfies [string, object][])('%s is refused in %j', async ([field, given]) => {
  const { status, json } = await api.call('POST', '/templates', aTemplate(given))
  expect(status).toBe(422)
  expect(json['message']).toContain(`\`${field}\``)
})

test('a key that may only send does not see templates', async () => {
  const sending = await aTemplateApi({ scope: 'sending_access' })
  expect((await sending.call('GET', '/templates')).status).toBe(401)
})

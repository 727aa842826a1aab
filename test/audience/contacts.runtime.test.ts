import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { aBroadcast } from '../support/a-broadcast.ts'
import { type AnApi, anEmail, NOW } from '../support/an-api.ts'
import { anAudienceApi, clearAudience, notices } from '../support/an-audience-api.ts'

let api: AnApi

beforeEach(async () => {
  await clearAudience()
  api = await anAudienceApi()
})

const NOBODY = '0192d3a4-0000-7000-8000-000000000000'

const made = async (path: string, body: unknown): Promise<string> => {
  // Ids are in the order of time.
  api.clock.now += 1
  const { status, json } = await api.call('POST', path, body)
  expect(status).toBe(201)
  return String(json['id'])
}

test('a contact is made, read by id and address, changed and deleted, and all of it is told', async () => {
  const id = await made('/contacts', {
    email: ' Ada+News@Customer.DEV',
    first_name: 'Ada',
    properties: { plan: 'gold', seats: 3, gone: null },
  })
  const read = await api.call('GET', '/contacts/ada+news@customer.dev')
  expect(read.json).toEqual({
    object: 'contact',
    id,
    email: 'ada+news@customer.dev',
    first_name: 'Ada',
    last_name: null,
    created_at: expect.stringMatching(/\.\d{3}Z$/),
    unsubscribed: false,
    properties: { plan: { type: 'string', value: 'gold' }, seats: { type: 'number', value: 3 } },
  })
  expect(
    (await api.call('GET', `/contacts/${encodeURIComponent('ada+news@customer.dev')}`)).json,
  ).toEqual(read.json)
  api.clock.now += 1000
  const changed = await api.call('PATCH', `/contacts/${id}`, {
    first_name: null,
    last_name: 'Lovelace',
    unsubscribed: true,
    properties: { plan: null, city: 'Paris' },
  })
  expect(changed.json).toEqual({ object: 'contact', id })
  expect((await api.call('GET', `/contacts/${id}`)).json).toMatchObject({
    first_name: null,
    last_name: 'Lovelace',
    unsubscribed: true,
    properties: { seats: { value: 3 }, city: { value: 'Paris' } },
  })
  expect((await api.call('GET', '/contacts')).json['data']).toMatchObject([
    { id, unsubscribed: true },
  ])
  const gone = await api.call('DELETE', `/contacts/${id}`)
  expect(gone.json).toEqual({ object: 'contact', id, contact: id, deleted: true })
  expect(await api.call('GET', `/contacts/${id}`)).toMatchObject({
    status: 404,
    json: { message: 'Contact not found' },
  })
  expect(await notices()).toMatchObject([
    {
      type: 'contact.created',
      data: { id, email: 'ada+news@customer.dev', first_name: 'Ada', unsubscribed: false },
    },
    { type: 'contact.updated', data: { id, last_name: 'Lovelace', unsubscribed: true } },
    { type: 'contact.deleted', data: { id, segment_ids: [] } },
  ])
})

test('the same address is the same contact, and what is not named stays', async () => {
  const id = await made('/contacts', {
    email: 'ada@customer.dev',
    first_name: 'Ada',
    properties: { a: 1 },
  })
  const again = await made('/contacts', { email: 'ADA@customer.dev', properties: { b: 2 } })
  expect(again).toBe(id)
  expect((await api.call('GET', `/contacts/${id}`)).json).toMatchObject({
    first_name: 'Ada',
    properties: { a: { value: 1 }, b: { value: 2 } },
  })
  expect((await notices()).map(({ type }) => type)).toEqual(['contact.created', 'contact.updated'])
  const racing = await Promise.all(
    Array.from({ length: 5 }, () => api.call('POST', '/contacts', { email: 'race@customer.dev' })),
  )
  expect(new Set(racing.map(({ json }) => json['id'])).size).toBe(1)
})

test('who has left stays out, whoever makes the contact again', async () => {
  const id = await made('/contacts', { email: 'ada@customer.dev', unsubscribed: true })
  const left = await env.DB.prepare('SELECT address, topic_id FROM unsubscribes').all()
  expect(left.results).toEqual([{ address: 'ada@customer.dev', topic_id: '' }])
  await api.call('DELETE', `/contacts/${id}`)
  await made('/contacts', { email: 'ada@customer.dev' })
  expect((await api.call('GET', '/contacts/ada@customer.dev')).json['unsubscribed']).toBe(true)
  await api.call('PATCH', '/contacts/ada@customer.dev', { unsubscribed: false })
  expect((await api.call('GET', '/contacts/ada@customer.dev')).json['unsubscribed']).toBe(false)
})

test('topics hold for who has said nothing as their default says, and a no wins', async () => {
  const news = await made('/topics', { name: 'News', default_subscription: 'opt_in' })
  const offers = await made('/topics', { name: 'Offers', default_subscription: 'opt_out' })
  const id = await made('/contacts', {
    email: 'ada@customer.dev',
    topics: [{ id: news, subscription: 'opt_in' }],
  })
  const said = async () => {
    const { json } = await api.call('GET', `/contacts/${id}/topics`)
    return json['data']
  }
  expect(await said()).toEqual([
    { id: offers, name: 'Offers', description: null, subscription: 'opt_out' },
    { id: news, name: 'News', description: null, subscription: 'opt_in' },
  ])
  await api.call('PATCH', `/contacts/${id}/topics`, [
    { id: offers, subscription: 'opt_in' },
    { id: news, subscription: 'opt_out' },
  ])
  expect(await said()).toMatchObject([{ subscription: 'opt_in' }, { subscription: 'opt_out' }])
  // As the link in an email does it.
  await env.DB.prepare(
    `INSERT INTO unsubscribes (address, topic_id, created_at) VALUES ('ada@customer.dev', ?1, 1)`,
  )
    .bind(offers)
    .run()
  expect(await said()).toMatchObject([{ subscription: 'opt_out' }, { subscription: 'opt_out' }])
  const back = { topics: [{ id: offers, subscription: 'opt_in' }] }
  expect((await api.call('PATCH', `/contacts/${id}/topics`, back)).json).toMatchObject({ id })
  expect(await said()).toMatchObject([{ subscription: 'opt_in' }, { subscription: 'opt_out' }])
  expect((await notices()).filter(({ type }) => type === 'contact.topics.updated').at(-1)).toEqual({
    type: 'contact.topics.updated',
    data: { email: 'ada@customer.dev', topics: [{ id: offers, subscription: 'opt_in' }] },
  })
})

test('members are put into segments and taken out, under the old name too', async () => {
  const segment = await made('/segments', { name: 'Members' })
  const ada = await made('/contacts', { email: 'ada@customer.dev', segments: [segment] })
  await made('/contacts', { email: 'grace@customer.dev', segments: [{ id: segment }] })
  await made('/contacts', { email: 'eve@customer.dev' })
  expect(
    (await api.call('POST', `/contacts/eve@customer.dev/segments/${segment}`)).json,
  ).toMatchObject({ id: segment })
  expect((await api.call('DELETE', `/contacts/${ada}/segments/${segment}`)).json).toMatchObject({
    id: segment,
    deleted: true,
  })
  const members = async (path: string) => {
    const { json } = await api.call('GET', path)
    return [json['data']].flat().map((each) => Object(each).email)
  }
  expect(await members(`/segments/${segment}/contacts`)).toEqual([
    'eve@customer.dev',
    'grace@customer.dev',
  ])
  expect(await members(`/contacts?segment_id=${segment}`)).toEqual([
    'eve@customer.dev',
    'grace@customer.dev',
  ])
  const old = await made(`/audiences/${segment}/contacts`, {
    email: 'old@customer.dev',
    first_name: 'Old',
  })
  expect(await members(`/audiences/${segment}/contacts`)).toEqual([
    'old@customer.dev',
    'eve@customer.dev',
    'grace@customer.dev',
  ])
  const path = `/audiences/${segment}/contacts/old@customer.dev`
  expect((await api.call('PATCH', path, { unsubscribed: true })).json).toMatchObject({ id: old })
  expect((await api.call('GET', path)).json).toMatchObject({ id: old, unsubscribed: true })
  expect((await api.call('DELETE', path)).json).toMatchObject({ contact: old, deleted: true })
  expect((await api.call('GET', path)).status).toBe(404)
  expect((await api.call('GET', `/contacts/${old}/segments`)).json['data']).toEqual([])
  expect((await api.call('GET', '/contacts/eve@customer.dev/segments')).json['data']).toMatchObject(
    [{ id: segment, name: 'Members' }],
  )
  expect((await api.call('GET', `/segments/${segment}`)).json).toMatchObject({
    object: 'segment',
    contacts: 2,
    filter: null,
  })
  expect((await api.call('PATCH', `/segments/${segment}`, { name: 'Club' })).json).toEqual({
    object: 'segment',
    id: segment,
  })
  expect((await api.call('DELETE', `/segments/${segment}`)).json).toEqual({
    object: 'segment',
    id: segment,
    deleted: true,
  })
  expect((await api.call('DELETE', `/segments/${NOBODY}`)).json).toMatchObject({ deleted: true })
  expect((await api.call('GET', `/audiences/${segment}`)).json['message']).toBe(
    'Audience not found',
  )
})

test('lists are paged from the newest on', async () => {
  const segment = await made('/segments', { name: 'All' })
  const ids: string[] = []
  for (let n = 0; n < 5; n++) {
    ids.unshift(await made('/contacts', { email: `person${n}@customer.dev`, segments: [segment] }))
  }
  for (const list of ['/contacts?', `/segments/${segment}/contacts?`]) {
    const page = async (query: string) => {
      const { json } = await api.call('GET', list + query)
      return [json['has_more'], ...[json['data']].flat().map((each) => Object(each).id)]
    }
    expect(await page('')).toEqual([false, ...ids])
    expect(await page('limit=2')).toEqual([true, ids[0], ids[1]])
    expect(await page(`limit=2&after=${ids[1]}`)).toEqual([true, ids[2], ids[3]])
    expect(await page(`limit=2&before=${ids[3]}`)).toEqual([true, ids[1], ids[2]])
  }
})

test('properties have a type, and only the fallback of one can be changed', async () => {
  const plan = { key: 'plan', type: 'string', fallback_value: 'free' }
  const id = await made('/contact-properties', plan)
  await made('/contact-properties', { key: 'seats', type: 'number' })
  expect((await api.call('GET', `/contact-properties/${id}`)).json).toMatchObject({
    object: 'contact_property',
    id,
    ...plan,
  })
  expect(
    (await api.call('PATCH', `/contact-properties/${id}`, { fallback_value: 'trial' })).json,
  ).toEqual({ object: 'contact_property', id })
  expect((await api.call('PATCH', `/contact-properties/${id}`, { fallback_value: 3 })).status).toBe(
    422,
  )
  expect((await api.call('GET', '/contact-properties')).json['data']).toMatchObject([
    { key: 'seats', fallback_value: null },
    { key: 'plan', fallback_value: 'trial' },
  ])
  const wrong = await api.call('POST', '/contacts', {
    email: 'a@customer.dev',
    properties: { seats: 'many' },
  })
  expect(wrong.json['message']).toBe('Invalid `properties.seats` field. Expected a number.')
  expect((await api.call('POST', '/contact-properties', plan)).status).toBe(422)
  expect((await api.call('DELETE', `/contact-properties/${id}`)).json).toMatchObject({
    id,
    deleted: true,
  })
  expect((await api.call('DELETE', `/contact-properties/${id}`)).status).toBe(404)
})

test('a topic keeps its default', async () => {
  const id = await made('/topics', {
    name: 'News',
    default_subscription: 'opt_in',
    description: 'Monthly',
  })
  expect(
    (await api.call('PATCH', `/topics/${id}`, { default_subscription: 'opt_out' })).status,
  ).toBe(422)
  expect(
    (await api.call('PATCH', `/topics/${id}`, { id, name: 'Letters', visibility: 'public' })).json,
  ).toEqual({ object: 'topic', id })
  expect((await api.call('GET', `/topics/${id}`)).json).toMatchObject({
    object: 'topic',
    name: 'Letters',
    description: 'Monthly',
    default_subscription: 'opt_in',
    visibility: 'public',
  })
  expect((await api.call('GET', '/topics')).json['data']).toMatchObject([{ id }])
  const later = { topic_id: id, scheduled_at: new Date(NOW + 3_600_000).toISOString() }
  const email = await api.call('POST', '/emails', anEmail(later))
  expect((await api.call('DELETE', `/topics/${id}`)).json['message']).toContain('still to be sent')
  await api.call('POST', `/emails/${String(email.json['id'])}/cancel`)
  const draft = await aBroadcast(0, { topic_id: id })
  expect((await api.call('DELETE', `/topics/${id}`)).status).toBe(422)
  await env.DB.prepare(`UPDATE broadcasts SET state = 'canceled' WHERE id = ?1`).bind(draft).run()
  expect((await api.call('DELETE', `/topics/${id}`)).json).toEqual({
    object: 'topic',
    id,
    deleted: true,
  })
  expect((await api.call('GET', `/topics/${id}`)).json['message']).toBe('Topic not found')
})

test.for([
  ['/contacts', {}, 'Missing `email` field.'],
  ['/contacts', { email: 'nobody' }, '`email`'],
  ['/contacts', { email: 'a@customer.dev', first_name: 'a\nb' }, '`first_name`'],
  ['/contacts', { email: 'a@customer.dev', properties: { 'a b': 1 } }, '`properties.a b`'],
  ['/contacts', { email: 'a@customer.dev', properties: { a: [] } }, '`properties`'],
  ['/contacts', { email: 'a@customer.dev', segments: [NOBODY] }, '`segments[0]`'],
  [
    '/contacts',
    { email: 'a@customer.dev', topics: [{ id: NOBODY, subscription: 'opt_in' }] },
    '`topics[0].id`',
  ],
  [
    '/contacts',
    { email: 'a@customer.dev', topics: [{ id: NOBODY, subscription: 'maybe' }] },
    '`topics[0].subscription`',
  ],
  ['/segments', {}, 'Missing `name` field.'],
  ['/segments', { name: 'a', filter: { field: 'id', eq: 'x' } }, '`filter`'],
  ['/topics', { name: 'News' }, 'Missing `default_subscription` field.'],
  ['/topics', { name: 'x'.repeat(51), default_subscription: 'opt_in' }, '`name`'],
  ['/contact-properties', { key: 'a-b', type: 'string' }, '`key`'],
  ['/contact-properties', { key: 'a', type: 'date' }, '`type`'],
] satisfies [string, object, string][])('%s refuses %j', async ([path, body, message]) => {
  const { status, json } = await api.call('POST', path, body)
  expect(status).toBe(422)
  expect(json['message']).toContain(message)
})

test('a key that may only send does not see contacts', async () => {
  const sending = await anAudienceApi({ scope: 'sending_access' })
  expect((await sending.call('GET', '/contacts')).status).toBe(401)
})

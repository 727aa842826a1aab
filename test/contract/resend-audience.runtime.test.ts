import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { AnApi } from '../support/an-api.ts'
import { anAudienceApi, clearAudience } from '../support/an-audience-api.ts'

const BASE = 'https://api.aerogram.test'
// Old versions read it once, when they are loaded.
vi.stubEnv('RESEND_BASE_URL', BASE)
const { Resend } = await import('resend')
const { Resend: Resend4 } = await import('resend-4')

let api: AnApi

beforeEach(async () => {
  await clearAudience()
  api = await anAudienceApi()
  vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init)
    if (!request.url.startsWith(`${BASE}/`)) throw new Error(`reached out to ${request.url}`)
    return await api.fetch(request)
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
})

/** What a call answered; an error fails the test with its words. */
async function good<T>(call: Promise<{ data: T | null; error: unknown }>): Promise<T> {
  const { data, error } = await call
  expect(error).toBeNull()
  if (data === null) throw new Error('nothing was answered')
  return data
}

test('resend 6.38 keeps contacts, their segments and their topics', async () => {
  const { contacts, segments, topics } = new Resend(api.key, { baseUrl: BASE })
  const segment = await good(segments.create({ name: 'Members' }))
  expect(segment).toMatchObject({ object: 'segment', name: 'Members' })
  const topic = await good(topics.create({ name: 'News', defaultSubscription: 'opt_in' }))
  const { id } = await good(
    contacts.create({
      email: 'ada@customer.dev',
      firstName: 'Ada',
      properties: { plan: 'gold', seats: 3 },
      segments: [{ id: segment.id }],
      topics: [{ id: topic.id, subscription: 'opt_out' }],
    }),
  )
  const [email] = ['ada@customer.dev']
  expect(await good(contacts.create({ email }))).toMatchObject({ object: 'contact', id })
  expect(await good(contacts.get(id))).toMatchObject({
    object: 'contact',
    email,
    first_name: 'Ada',
    last_name: null,
    unsubscribed: false,
    properties: { plan: { type: 'string', value: 'gold' }, seats: { type: 'number', value: 3 } },
  })
  expect(await good(contacts.update({ email, unsubscribed: true, lastName: 'L' }))).toMatchObject({
    object: 'contact',
    id,
  })
  expect((await good(contacts.get({ email }))).unsubscribed).toBe(true)
  expect((await good(contacts.list({ limit: 10 }))).data).toMatchObject([{ id, last_name: 'L' }])
  expect((await good(contacts.list({ segmentId: segment.id }))).data).toMatchObject([{ id }])
  expect((await good(contacts.segments.list({ email }))).data).toMatchObject([{ id: segment.id }])
  const inIt = { contactId: id, segmentId: segment.id }
  expect(await good(contacts.segments.remove(inIt))).toMatchObject({
    id: segment.id,
    deleted: true,
  })
  expect(await good(contacts.segments.add(inIt))).toMatchObject({ id: segment.id })
  expect((await good(contacts.topics.list({ email }))).data).toMatchObject([
    { id: topic.id, name: 'News', description: null, subscription: 'opt_out' },
  ])
  const choice = { id, topics: [{ id: topic.id, subscription: 'opt_in' as const }] }
  expect(await good(contacts.topics.update(choice))).toMatchObject({ id })
  expect(await good(contacts.remove({ email }))).toMatchObject({
    object: 'contact',
    contact: id,
    deleted: true,
  })
  expect((await contacts.get(id)).error).toMatchObject({
    name: 'not_found',
    message: 'Contact not found',
  })
  expect((await contacts.create({ email: '' })).error).toEqual({
    statusCode: 422,
    name: 'missing_required_field',
    message: 'Missing `email` field.',
  })
})

test('resend 6.38 keeps segments, topics and properties', async () => {
  const { segments, topics, contactProperties } = new Resend(api.key, { baseUrl: BASE })
  const { id } = await good(segments.create({ name: 'Members' }))
  expect(await good(segments.update(id, { name: 'Club' }))).toEqual({ object: 'segment', id })
  expect(await good(segments.get(id))).toMatchObject({ object: 'segment', id, name: 'Club' })
  expect((await good(segments.list())).data).toMatchObject([{ id, name: 'Club' }])
  expect(await good(segments.remove(id))).toEqual({ object: 'segment', id, deleted: true })
  expect((await good(segments.remove(id))).deleted).toBe(true)

  const topic = await good(
    topics.create({ name: 'News', description: 'Monthly', defaultSubscription: 'opt_out' }),
  )
  expect(await good(topics.update({ id: topic.id, name: 'Letters' }))).toMatchObject(topic)
  expect(await good(topics.get(topic.id))).toMatchObject({
    name: 'Letters',
    description: 'Monthly',
    default_subscription: 'opt_out',
  })
  expect((await good(topics.list())).data).toMatchObject([{ id: topic.id }])
  expect(await good(topics.remove(topic.id))).toMatchObject({ object: 'topic', deleted: true })

  const property = await good(
    contactProperties.create({ key: 'plan', type: 'string', fallbackValue: 'free' }),
  )
  expect(property.object).toBe('contact_property')
  const change = { id: property.id, fallbackValue: 'trial' }
  expect(await good(contactProperties.update(change))).toMatchObject({ id: property.id })
  expect(await good(contactProperties.get(property.id))).toMatchObject({
    object: 'contact_property',
    key: 'plan',
    type: 'string',
    fallbackValue: 'trial',
    createdAt: expect.stringMatching(/Z$/),
  })
  expect((await good(contactProperties.list())).data).toMatchObject([{ id: property.id }])
  expect(await good(contactProperties.remove(property.id))).toMatchObject({ deleted: true })
})

test('resend 6.38 imports contacts', async () => {
  const { contacts } = new Resend(api.key, { baseUrl: BASE })
  const file = new Blob(['Mail,Plan\nada@customer.dev,gold\nnobody,free\n'])
  const { id, object } = await good(
    contacts.imports.create({
      file,
      columnMap: { email: 'Mail', properties: { plan: { column: 'Plan', type: 'string' } } },
      onConflict: 'upsert',
    }),
  )
  expect(object).toBe('contact_import')
  expect(await good(contacts.imports.get(id))).toMatchObject({
    object: 'contact_import',
    status: 'completed',
    counts: { total: 2, created: 1, updated: 0, skipped: 0, failed: 1 },
  })
  const listed = await good(contacts.imports.list({ status: 'completed', limit: 5 }))
  expect(listed.data).toMatchObject([{ id }])
})

test('resend 4 keeps contacts in audiences', async () => {
  const { audiences, contacts } = new Resend4(api.key)
  const { id: audienceId } = await good(audiences.create({ name: 'Members' }))
  expect(await good(audiences.get(audienceId))).toMatchObject({ id: audienceId, name: 'Members' })
  expect((await good(audiences.list())).data).toMatchObject([{ id: audienceId }])
  const email = 'ada@customer.dev'
  const { id } = await good(contacts.create({ audienceId, email, firstName: 'Ada' }))
  expect((await good(contacts.list({ audienceId }))).data).toMatchObject([{ id, email }])
  expect(await good(contacts.update({ audienceId, id, unsubscribed: true }))).toMatchObject({ id })
  expect(await good(contacts.get({ audienceId, email }))).toMatchObject({ id, unsubscribed: true })
  expect(await good(contacts.remove({ audienceId, email }))).toMatchObject({ deleted: true })
  expect(await good(audiences.remove(audienceId))).toMatchObject({ id: audienceId, deleted: true })
})

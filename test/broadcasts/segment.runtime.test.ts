import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { readRecipient } from '../../src/db/broadcasts/read-recipient.ts'
import { type ABroadcastApi, aBroadcastApi, aDraft } from '../support/a-broadcast-api.ts'
import type { AnApi } from '../support/an-api.ts'
import { anAudienceApi, clearAudience } from '../support/an-audience-api.ts'
import { clear } from '../support/rows.ts'

let api: ABroadcastApi
let audience: AnApi

beforeEach(async () => {
  await clear()
  await clearAudience()
  await env.DB.prepare('DELETE FROM broadcasts').run()
  api = await aBroadcastApi()
  audience = await anAudienceApi()
})

const made = async (of: AnApi, path: string, body: unknown): Promise<string> => {
  const { json } = await of.call('POST', path, body)
  expect(json).toHaveProperty('id')
  return String(json['id'])
}

const aSegment = (fields: object = {}) => made(audience, '/segments', { name: 'Some', ...fields })
const aContact = (name: string, fields: object = {}) =>
  made(audience, '/contacts', { email: `${name}@customer.dev`, ...fields })

async function recipients(broadcast: string): Promise<string[]> {
  const { results } = await env.DB.prepare('SELECT address FROM emails WHERE broadcast_id = ?1')
    .bind(broadcast)
    .all<{ address: string }>()
  return results.map(({ address }) => address.split('@')[0] ?? '').toSorted()
}

test('members of a segment become recipients, with what is known of them', async () => {
  await made(audience, '/contact-properties', {
    key: 'plan',
    type: 'string',
    fallback_value: 'free',
  })
  const segment = await aSegment()
  const segments = [segment]
  await aContact('ada', {
    first_name: 'Mary Ann',
    last_name: 'Lee',
    properties: { plan: 'gold', seats: 3 },
    segments,
  })
  await aContact('bob', { last_name: 'Ray', segments })
  await aContact('eve', { segments, unsubscribed: true })
  await aContact('out')
  const id = await made(
    api,
    '/broadcasts',
    aDraft({
      audience_id: segment,
      html: '<p>{{{FIRST_NAME|you}}} {{ plan }} {{{RESEND_UNSUBSCRIBE_URL}}}</p>',
    }),
  )
  expect((await api.call('GET', `/broadcasts/${id}`)).json).toMatchObject({
    segment_id: segment,
    audience_id: segment,
  })
  const preflight = await api.call('GET', `/broadcasts/${id}/preflight`)
  expect(preflight.json).toMatchObject({
    ready: true,
    audience: 3,
    sendable: 2,
    skipped: { unsubscribed: 1 },
  })
  expect(await recipients(id)).toEqual(['ada', 'bob'])
  const ada = await readRecipient(env.DB, id, 'ada@customer.dev')
  expect(ada).toMatchObject({ name: 'Mary Ann Lee' })
  expect(JSON.parse(ada?.variables ?? '')).toEqual({
    plan: 'gold',
    seats: 3,
    first_name: 'Mary Ann',
    last_name: 'Lee',
  })
  const preview = async (who: string) =>
    (await api.call('GET', `/broadcasts/${id}/preview?email=${who}@customer.dev`)).json['html']
  expect(await preview('ada')).toContain('Mary Ann gold')
  expect(await preview('bob')).toContain('you free')
  expect((await api.call('POST', `/broadcasts/${id}/send`)).status).toBe(200)
  expect((await api.call('GET', `/broadcasts/${id}`)).json).toMatchObject({ status: 'queued' })
})

test('what was gathered before is what the segment is when it is sent', async () => {
  const filter = { field: 'properties.plan', eq: 'gold' }
  const segment = await aSegment({ filter })
  for (const name of ['ada', 'bob', 'eve', 'kim'])
    await aContact(name, { properties: { plan: 'gold' } })
  const id = await made(api, '/broadcasts', aDraft({ segment_id: segment }))
  await api.call('GET', `/broadcasts/${id}/preflight`)
  expect(await recipients(id)).toEqual(['ada', 'bob', 'eve', 'kim'])
  await aContact('new', { properties: { plan: 'gold' } })
  await aContact('bob', { properties: { plan: 'free' } })
  await aContact('eve', { unsubscribed: true })
  await aContact('ada', { first_name: 'Ada' })
  await audience.call('DELETE', '/contacts/kim@customer.dev')
  await api.call('POST', `/broadcasts/${id}/send`)
  expect(await recipients(id)).toEqual(['ada', 'new'])
  expect(await readRecipient(env.DB, id, 'ada@customer.dev')).toMatchObject({ name: 'Ada' })
})

test('a topic that nobody has by default goes to those who joined it', async () => {
  const segment = await aSegment()
  const topic = await made(audience, '/topics', { name: 'Offers', default_subscription: 'opt_out' })
  await aContact('ada', { segments: [segment], topics: [{ id: topic, subscription: 'opt_in' }] })
  await aContact('bob', { segments: [segment] })
  const id = await made(api, '/broadcasts', aDraft({ segment_id: segment, topic_id: topic }))
  await api.call('POST', `/broadcasts/${id}/send`)
  expect(await recipients(id)).toEqual(['ada'])
})

test('it is written and sent by one call, or not kept at all', async () => {
  const segment = await aSegment()
  const at = { send: true, scheduled_at: 'in 1 hour' }
  const empty = await api.call('POST', '/broadcasts', aDraft({ segment_id: segment, ...at }))
  expect(empty.json['message']).toContain('Nobody in the segment')
  expect((await api.call('GET', '/broadcasts')).json['data']).toEqual([])
  await aContact('ada', { segments: [segment] })
  const later = await made(api, '/broadcasts', aDraft({ segment_id: segment, ...at }))
  expect((await api.call('GET', `/broadcasts/${later}`)).json).toMatchObject({
    status: 'scheduled',
  })
  const now = await made(api, '/broadcasts', aDraft({ segment_id: segment, send: true }))
  expect((await api.call('GET', `/broadcasts/${now}`)).json).toMatchObject({ status: 'queued' })
})

test('what is written and sent by one call goes once, however often it is asked for', async () => {
  const segments = [await aSegment()]
  await aContact('ada', { segments })
  const ask = (fields: object, key: string) =>
    api.call('POST', '/broadcasts', aDraft({ segment_id: segments[0], send: true, ...fields }), {
      'idempotency-key': key,
    })
  const answers = [
    await ask({}, 'one'),
    ...(await Promise.all([ask({}, 'one'), ask({}, 'two'), ask({}, 'two')])),
  ]
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201])
  expect(new Set(answers.map(({ json }) => json['id'])).size).toBe(2)
  const counts = await env.DB.prepare(
    'SELECT count(*) AS n, sum(started_at > 0) AS started FROM broadcasts',
  ).first()
  expect(counts).toEqual({ n: 2, started: 2 })
  expect((await ask({ name: 'Another' }, 'one')).status).toBe(409)
})

test('recipients are uploaded or gathered, not both', async () => {
  const segment = await aSegment()
  await aContact('ada', { segments: [segment] })
  const id = await made(api, '/broadcasts', aDraft({ segment_id: segment }))
  const path = `/broadcasts/${id}`
  const upload = () => api.call('POST', `${path}/recipients`, '{"email":"bob@customer.dev"}')
  expect((await upload()).status).toBe(409)
  await api.call('GET', `${path}/preflight`)
  expect((await api.call('PATCH', path, { segment_id: null })).status).toBe(200)
  expect(await recipients(id)).toEqual([])
  expect((await upload()).status).toBe(200)
  const gone = await made(api, '/broadcasts', aDraft({ segment_id: segment }))
  await audience.call('DELETE', `/segments/${segment}`)
  const sent = await api.call('POST', `/broadcasts/${gone}/send`)
  expect([sent.status, sent.json['message']]).toEqual([
    422,
    expect.stringContaining('`segment_id`'),
  ])
})

test('nine thousand members become recipients page by page, each once', async () => {
  const segment = await aSegment()
  await env.DB.prepare(
    `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 8999)
     INSERT INTO contacts (id, address, properties, created_at, updated_at)
     SELECT printf('0199f5b2-7c00-7000-8000-%012x', i), 'person' || i || '@customer.dev', '{}', 1, 1 FROM n`,
  ).run()
  await env.DB.prepare('INSERT INTO segment_members SELECT ?1, id FROM contacts')
    .bind(segment)
    .run()
  const id = await made(api, '/broadcasts', aDraft({ segment_id: segment }))
  await api.call('GET', `/broadcasts/${id}/preflight`)
  expect((await api.call('POST', `/broadcasts/${id}/send`)).status).toBe(200)
  const count = await env.DB.prepare('SELECT count(DISTINCT address) AS n FROM emails').first('n')
  expect(count).toBe(9000)
})

test('however much each member brings, D1 gets no more at a time than it takes', async () => {
  for (const key of ['one', 'two']) {
    const fallback_value = '漢'.repeat(120)
    await made(audience, '/contact-properties', { key, type: 'string', fallback_value })
  }
  const segment = await aSegment()
  await env.DB.prepare(
    `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 3999)
     INSERT INTO contacts (id, address, properties, created_at, updated_at)
     SELECT printf('0199f5b2-7c00-7000-8000-%012x', i), 'person' || i || '@customer.dev',
       json_object('three', ?1), 1, 1 FROM n`,
  )
    .bind('語'.repeat(150))
    .run()
  await env.DB.prepare('INSERT INTO segment_members SELECT ?1, id FROM contacts')
    .bind(segment)
    .run()
  const id = await made(api, '/broadcasts', aDraft({ segment_id: segment }))
  expect((await api.call('POST', `/broadcasts/${id}/send`)).status).toBe(200)
  const count = await env.DB.prepare('SELECT count(DISTINCT address) AS n FROM emails').first('n')
  expect(count).toBe(4000)
})

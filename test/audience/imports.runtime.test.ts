import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { addressHash } from '../../src/token/address-hash.ts'
import { ADDRESS_KEY, type AnApi, type Answer } from '../support/an-api.ts'
import { anAudienceApi, clearAudience, notices } from '../support/an-audience-api.ts'

let api: AnApi

beforeEach(async () => {
  await clearAudience()
  api = await anAudienceApi()
})

async function post(file: string | Blob, fields: Record<string, unknown> = {}): Promise<Answer> {
  // Ids are in the order of time.
  api.clock.now += 1
  const form = new FormData()
  // As clients do it: the file first, then what to do with it.
  form.append('file', typeof file === 'string' ? new Blob([file]) : file, 'contacts.csv')
  for (const [name, value] of Object.entries(fields)) {
    form.append(name, typeof value === 'string' ? value : JSON.stringify(value))
  }
  const encoded = new Response(form)
  const type = encoded.headers.get('content-type') ?? ''
  const body = new Uint8Array(await encoded.arrayBuffer())
  return await api.call('POST', '/contacts/imports', body, { 'content-type': type })
}

const imported = async (made: Answer) => {
  expect(made.status).toBe(201)
  const { json } = await api.call('GET', `/contacts/imports/${String(made.json['id'])}`)
  return json
}
const contact = async (email: string) => (await api.call('GET', `/contacts/${email}`)).json

test('a CSV becomes contacts with names, properties, segments and topics', async () => {
  const segment = String((await api.call('POST', '/segments', { name: 'All' })).json['id'])
  const topic = { name: 'News', default_subscription: 'opt_out' }
  const news = String((await api.call('POST', '/topics', topic)).json['id'])
  await api.call('POST', '/contact-properties', { key: 'seats', type: 'number' })
  const made = await post(
    [
      '\uFEFFE-Mail;Vorname;Abo;Plan;Sitze',
      'ADA@customer.dev;"Ada ""A"" L";no;gold;3',
      'bob@customer.dev;;yes;;',
      'nobody;X;;;',
      'eve@customer.dev;Eve;;;many',
      'kim@customer.dev;;perhaps;;',
      'ada@customer.dev;;;silver;',
    ].join('\r\n'),
    {
      column_map: {
        email: 'E-Mail',
        first_name: 'Vorname',
        last_name: null,
        unsubscribed: 'Abo',
        properties: { plan: { column: 'Plan' }, seats: { column: 'Sitze', type: 'number' } },
      },
      on_conflict: 'upsert',
      segments: [{ id: segment }],
      topics: [{ id: news, subscription: 'opt_in' }],
    },
  )
  expect(await imported(made)).toMatchObject({
    object: 'contact_import',
    status: 'completed',
    completed_at: expect.any(String),
    counts: { total: 6, created: 2, updated: 0, skipped: 1, failed: 3 },
    faults: [
      { line: 4, reason: 'its email is not an address that mail can be sent to' },
      { line: 5, reason: 'its property `seats` is wrong. A finite number.' },
      { line: 6, reason: 'its unsubscribed is neither true nor false' },
    ],
  })
  expect(await contact('ada@customer.dev')).toMatchObject({
    first_name: 'Ada "A" L',
    unsubscribed: false,
    properties: { plan: { value: 'silver' }, seats: { type: 'number', value: 3 } },
  })
  expect(await contact('bob@customer.dev')).toMatchObject({ first_name: null, unsubscribed: true })
  expect((await api.call('GET', `/segments/${segment}`)).json['contacts']).toBe(2)
  expect((await api.call('GET', '/contacts/ada@customer.dev/topics')).json['data']).toMatchObject([
    { id: news, subscription: 'opt_in' },
  ])
  expect(await notices()).toEqual([])
})

test('contacts that are there stay as they are, or take what the file says of them', async () => {
  await api.call('POST', '/contacts', {
    email: 'ada@customer.dev',
    first_name: 'Ada',
    properties: { plan: 'gold' },
  })
  const segment = String((await api.call('POST', '/segments', { name: 'All' })).json['id'])
  const file =
    'email,first_name,last_name,plan\nada@customer.dev,,Lovelace,free\nbob@customer.dev,Bob,,\n'
  await api.call('POST', '/contact-properties', { key: 'plan', type: 'string' })
  const skipping = await imported(await post(file, { segments: [segment] }))
  expect(skipping['counts']).toMatchObject({ total: 2, created: 1, updated: 0, skipped: 1 })
  expect(await contact('ada@customer.dev')).toMatchObject({ last_name: null })
  expect((await api.call('GET', `/segments/${segment}`)).json['contacts']).toBe(1)
  const upserting = await imported(await post(file, { segments: [segment], on_conflict: 'upsert' }))
  expect(upserting['counts']).toMatchObject({ created: 0, updated: 2, skipped: 0 })
  expect(await contact('ada@customer.dev')).toMatchObject({
    first_name: 'Ada',
    last_name: 'Lovelace',
    properties: { plan: { value: 'free' } },
  })
  expect((await api.call('GET', `/segments/${segment}`)).json['contacts']).toBe(2)
})

test('an import brings back nobody who has left, and nobody who was erased', async () => {
  const topic = { name: 'News', default_subscription: 'opt_in' }
  const news = String((await api.call('POST', '/topics', topic)).json['id'])
  await api.call('POST', '/contacts', {
    email: 'left@customer.dev',
    unsubscribed: true,
    topics: [{ id: news, subscription: 'opt_out' }],
  })
  await env.DB.prepare('INSERT INTO erased (hash, erased_at) VALUES (?1, 1)')
    .bind(addressHash('gone@customer.dev', ADDRESS_KEY))
    .run()
  const made = await post('email,unsubscribed\nleft@customer.dev,false\ngone@customer.dev,false', {
    on_conflict: 'upsert',
    topics: [{ id: news, subscription: 'opt_in' }],
  })
  expect((await imported(made))['counts']).toMatchObject({ total: 2, updated: 1, failed: 1 })
  expect(await contact('left@customer.dev')).toMatchObject({ unsubscribed: true })
  expect((await api.call('GET', '/contacts/left@customer.dev/topics')).json['data']).toMatchObject([
    { subscription: 'opt_out' },
  ])
  expect((await api.call('GET', '/contacts/gone@customer.dev')).status).toBe(404)
})

test('twelve thousand lines are imported by one request, and again without a change', async () => {
  const lines = Array.from({ length: 12_000 }, (_, n) => `person${n}@customer.dev,Person,${n}`)
  const file = `email,first_name,last_name\n${lines.join('\n')}`
  const first = await imported(await post(file))
  expect(first).toMatchObject({ status: 'completed', counts: { total: 12_000, created: 12_000 } })
  const again = await imported(await post(file))
  expect(again).toMatchObject({ counts: { created: 0, skipped: 12_000 } })
  expect((await api.call('GET', '/contacts/imports?status=completed&limit=1')).json).toMatchObject({
    has_more: true,
    data: [{ id: again['id'] }],
  })
  expect((await api.call('GET', '/contacts/imports?status=failed')).json['data']).toEqual([])
})

test.for([
  ['name\nAda', {}, 'no column `email`'],
  ['email\na@customer.dev', { column_map: { email: 'Mail' } }, 'no column `Mail`'],
  [
    'email\na@customer.dev',
    { column_map: { properties: { 'a b': { column: 'email' } } } },
    'no key',
  ],
  ['email\na@customer.dev', { column_map: '{' }, '`column_map`'],
  ['email\na@customer.dev', { on_conflict: 'merge' }, '`on_conflict`'],
  ['email\na@customer.dev', { segments: [crypto.randomUUID()] }, '`segments[0]`'],
  ['', {}, 'empty'],
] satisfies [string, Record<string, unknown>, string][])(
  '%j with %j is refused',
  async ([file, fields, says]) => {
    const { status, json } = await post(file, fields)
    expect([status, json['message']]).toEqual([422, expect.stringContaining(says)])
  },
)

test('what is no form, has no file or is no text is refused', async () => {
  expect((await api.call('POST', '/contacts/imports', { file: 'x' })).status).toBe(422)
  const type = 'multipart/form-data; boundary=x'
  const junk = await api.call('POST', '/contacts/imports', 'junk', { 'content-type': type })
  expect(junk.status).toBe(400)
  const binary = await post(new Blob([new Uint8Array([0x65, 0xff, 0xfe])]))
  expect(binary.json['message']).toContain('UTF-8')
})

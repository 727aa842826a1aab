import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { claimEmails } from '../../src/db/claim-emails.ts'
import { emailIdOf } from '../../src/db/broadcasts/upload-recipients.ts'
import { aBroadcast } from '../support/a-broadcast.ts'
import { aBroadcastApi, anUploaded } from '../support/a-broadcast-api.ts'
import { type AnApi, anEmail, contentOf, NOW, row } from '../support/an-api.ts'
import { anAudienceApi, clearAudience, notices } from '../support/an-audience-api.ts'
import { aSuppression, clear } from '../support/rows.ts'

const GONE = 'gone@customer.dev'

let api: AnApi

beforeEach(async () => {
  await clear()
  await clearAudience()
  await env.DB.batch([
    env.DB.prepare('DELETE FROM contents'),
    env.DB.prepare('DELETE FROM dead_letters'),
    env.DB.prepare('DELETE FROM broadcasts'),
  ])
  api = await anAudienceApi()
})

/** Somebody of whom much is known: what was made of it. */
async function aKnownPerson() {
  const segment = await post('/segments', { name: 'All' })
  const topic = await post('/topics', { name: 'News', default_subscription: 'opt_out' })
  const contact = await post('/contacts', {
    email: GONE,
    first_name: 'Grace',
    properties: { city: 'Paris' },
    segments: [segment],
    topics: [{ id: topic, subscription: 'opt_in' }],
  })
  const attachments = [{ filename: 'bill.txt', content: 'R3JhY2U=' }]
  const alone = await post('/emails', anEmail({ to: `Grace <${GONE}>`, attachments }))
  const later = await post(
    '/emails',
    anEmail({ to: GONE, scheduled_at: new Date(NOW + 3_600_000).toISOString() }),
  )
  const shared = await post('/emails', anEmail({ to: [GONE, `un${GONE}`], subject: 'To both' }))
  const broadcast = await aBroadcast(0, { state: 'sending', started_at: NOW })
  await env.DB.prepare(
    `INSERT INTO emails (id, broadcast_id, content_id, address, name, variables, priority, doubt_policy, state)
     VALUES (?1, ?2, ?2, ?3, 'Grace', '{"city":"Paris"}', 'bulk', 'hold', 'queued')`,
  )
    .bind(emailIdOf(broadcast, GONE), broadcast, GONE)
    .run()
  for (const [email, recipient] of [
    [alone, GONE],
    [shared, GONE],
    [shared, `un${GONE}`],
  ]) {
    await env.DB.prepare(
      `INSERT INTO events (email_id, key, type, at, recorded_at, recipient, recording, detail)
       VALUES (?1, ?2, 'delivery', 1, 1, ?2, 'r', '{}')`,
    )
      .bind(email, recipient)
      .run()
  }
  await env.DB.prepare(
    `INSERT INTO dead_letters (id, queue, body, reason, attempts, queued_at, created_at)
     VALUES ('d', 'q', ?1, 'x', 1, 1, 1)`,
  )
    .bind(JSON.stringify({ recipient: GONE, other: `un${GONE}`, raw: JSON.stringify({ a: GONE }) }))
    .run()
  await aSuppression(GONE)
  await env.DB.prepare(
    `INSERT INTO unsubscribes (address, topic_id, created_at) VALUES (?1, '', 1)`,
  )
    .bind(GONE)
    .run()
  return { segment, topic, contact, alone, later, shared, broadcast }
}

/** Every cell of the database that holds a text, as `table.column`. */
async function placesOf(text: string): Promise<string[]> {
  const tables = await env.DB.prepare(
    `SELECT t.name AS name, c.name AS field FROM pragma_table_list t, pragma_table_xinfo(t.name) c
     WHERE t.type = 'table' AND t.schema = 'main' AND t.name NOT LIKE 'sqlite%' AND t.name NOT LIKE '@_cf%' ESCAPE '@'`,
  ).all<{ name: string; field: string }>()
  const found: string[] = []
  for (const { name, field } of tables.results) {
    const row = await env.DB.prepare(
      `SELECT 1 AS found FROM "${name}" WHERE instr(replace("${field}", 'un' || ?1, ''), ?1) > 0 LIMIT 1`,
    )
      .bind(text)
      .first()
    if (row !== null) found.push(`${name}.${field}`)
  }
  return found
}

test('all that is known of an address is exported', async () => {
  const { segment, topic, contact, alone, later, shared, broadcast } = await aKnownPerson()
  const { json } = await api.call('GET', `/contacts/${contact}/export`)
  expect(json).toMatchObject({
    object: 'export',
    email: GONE,
    contact: { id: contact, first_name: 'Grace', properties: { city: { value: 'Paris' } } },
    segments: [{ id: segment }],
    unsubscribed: [{ topic_id: null }],
    subscribed: [{ topic_id: topic }],
    suppression: { origin: 'bounce' },
  })
  const emails = [json['emails']].flat().map((each) => Object(each))
  expect(new Set(emails.map(({ id }) => id))).toEqual(
    new Set([alone, later, shared, emailIdOf(broadcast, GONE)]),
  )
  expect(emails.find(({ id }) => id === alone)).toMatchObject({
    name: 'Grace',
    subject: 'Your receipt',
    events: [{ type: 'delivery' }],
  })
  expect(emails.find(({ id }) => id === shared).events).toHaveLength(1)
  expect(emails.find(({ broadcast_id }) => broadcast_id === broadcast)).toMatchObject({
    variables: { city: 'Paris' },
  })
})

test('an erased person is in no table and no bucket, and the others stay', async () => {
  const { contact, alone, later, shared, broadcast } = await aKnownPerson()
  expect(await placesOf(GONE)).not.toEqual([])
  const gone = await api.call('DELETE', `/contacts/${GONE}?erase=true`)
  expect(gone.json).toEqual({
    object: 'contact',
    id: contact,
    contact,
    deleted: true,
    erased: { emails: 4 },
  })
  expect(await placesOf(GONE)).toEqual([])
  expect(await placesOf('Grace')).toEqual([])
  expect(await placesOf('Paris')).toEqual([])
  expect((await env.FILES.list({ prefix: `contents/${alone}` })).objects).toEqual([])
  expect(await contentOf(alone)).toMatchObject({ html: null, text: null, attachments: '[]' })
  expect(await contentOf(shared)).toMatchObject({ subject: 'To both', text: 'Thank you.' })
  expect(await row('emails', later)).toMatchObject({
    state: 'suppressed',
    reason: 'the person was erased',
    due_at: null,
  })
  expect(await row('emails', emailIdOf(broadcast, GONE))).toMatchObject({
    state: 'suppressed',
    address: 'erased@erased.invalid',
  })
  const recipients = await env.DB.prepare(
    'SELECT address, left_out FROM recipients WHERE email_id = ?1 ORDER BY position',
  )
    .bind(shared)
    .all()
  expect(recipients.results).toEqual([
    { address: 'erased-0@erased.invalid', left_out: 'the person was erased' },
    { address: `un${GONE}`, left_out: null },
  ])
  const letter = await env.DB.prepare('SELECT body FROM dead_letters').first<string>('body')
  expect(JSON.parse(letter ?? '')).toMatchObject({ other: `un${GONE}` })
  expect((await notices()).at(-1)).toMatchObject({
    type: 'contact.deleted',
    data: { id: contact, email: 'erased@erased.invalid' },
  })
})

test('whoever brings an erased person again, nothing is sent to them', async () => {
  await aKnownPerson()
  await api.call('DELETE', `/contacts/${GONE}?erase=true`)
  expect((await api.call('POST', '/contacts', { email: GONE })).status).toBe(422)
  const broadcasts = await aBroadcastApi()
  const id = await anUploaded(broadcasts, 0)
  const lines = `{"email":"${GONE}"}\n{"email":"stays@customer.dev"}`
  const upload = await broadcasts.call('POST', `/broadcasts/${id}/recipients`, lines)
  expect(upload.json).toMatchObject({ accepted: 1, duplicates: 0, erased: 1 })
  const sent = await api.call('POST', '/emails', anEmail({ to: GONE }))
  expect(await row('emails', sent.json['id'])).toMatchObject({ state: 'suppressed' })
  expect(await placesOf(GONE)).toEqual([])
  const back = await api.call('DELETE', `/-/erasures/${encodeURIComponent(GONE)}`)
  expect(back.json).toEqual({ object: 'erasure', deleted: true })
  expect((await api.call('DELETE', `/-/erasures/${GONE}`)).status).toBe(404)
  expect((await api.call('POST', '/contacts', { email: GONE })).status).toBe(201)
})

test('nothing is sent to the address that stands for the erased', async () => {
  const { alone } = await aKnownPerson()
  await api.call('DELETE', `/contacts/${GONE}?erase=true`)
  await env.DB.prepare(`UPDATE emails SET state = 'queued', due_at = NULL WHERE id = ?1`)
    .bind(alone)
    .run()
  const request = { ids: [alone], now: NOW, token: 'Ab3dEf9h', leaseMs: 60_000 }
  const { emails } = await claimEmails(env.DB, request)
  expect(emails).toMatchObject([{ state: 'suppressed' }])
})

test('who is no contact is erased by address, and an unknown id is none', async () => {
  expect((await api.call('DELETE', '/contacts/new@customer.dev?erase=true')).json).toMatchObject({
    id: null,
    deleted: true,
    erased: { emails: 0 },
  })
  const unknown = `/contacts/${crypto.randomUUID()}`
  expect((await api.call('DELETE', `${unknown}?erase=true`)).status).toBe(404)
  expect((await api.call('DELETE', `${unknown}?erase=yes`)).status).toBe(422)
  expect((await api.call('GET', `${unknown}/export`)).status).toBe(404)
})

async function post(path: string, body: unknown): Promise<string> {
  return String((await api.call('POST', path, body)).json['id'])
}

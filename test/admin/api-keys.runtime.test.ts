import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { UUID } from '../../src/domain/id.ts'
import { anAdminApi } from '../support/an-admin-api.ts'
import { type AnApi, anEmail, NOW } from '../support/an-api.ts'

const HOUR = 60 * 60 * 1000
const DOMAIN = '0192d3a4-0000-7000-8000-00000000000a'

let api: AnApi

beforeEach(async () => {
  await env.DB.batch(['api_keys', 'domains'].map((table) => env.DB.prepare(`DELETE FROM ${table}`)))
  api = await anAdminApi()
})

async function make(fields: object = {}): Promise<{ id: string; token: string }> {
  const { status, json } = await api.call('POST', '/api-keys', { name: 'Shop', ...fields })
  expect(status).toBe(201)
  return { id: String(json['id']), token: String(json['token']) }
}

/** What a call answers to another key. */
async function as(token: string, method: string, path: string, body?: unknown) {
  return await api.call(method, path, body, { authorization: `Bearer ${token}` })
}

async function aDomain(): Promise<void> {
  await env.DB.prepare(
    `INSERT INTO domains (id, name, created_at, return_path, dkim_tokens, dkim_status, mail_from_status, tls)
     VALUES (?1, 'acme.dev', ?2, 'send', '[]', 'PENDING', 'PENDING', 'opportunistic')`,
  )
    .bind(DOMAIN, NOW)
    .run()
}

test('a key is made, used, renamed, listed and revoked', async () => {
  const { id, token } = await make()
  expect(id).toMatch(UUID)
  expect(token).toMatch(/^re_/)
  expect((await as(token, 'GET', '/emails')).status).toBe(200)
  const renamed = await api.call('PATCH', `/api-keys/${id}`, { id, name: '' })
  expect(renamed).toMatchObject({ status: 200, json: { object: 'api_key', id } })
  const listed = await api.call('GET', '/api-keys')
  expect(listed.json).toMatchObject({ object: 'list', has_more: false })
  const entry = Object(listed.json).data.find((each: { id: string }) => each.id === id)
  expect(entry).toEqual({
    id,
    name: '',
    created_at: new Date(NOW).toISOString(),
    last_used_at: new Date(NOW).toISOString(),
    permission: 'full_access',
    domain_id: null,
  })
  expect(JSON.stringify(listed.json)).not.toContain(token.slice(12))
  const gone = await api.call('DELETE', `/api-keys/${id}`)
  expect(gone.json).toEqual({ object: 'api_key', id, deleted: true })
  expect((await as(token, 'GET', '/emails')).status).toBe(403)
  for (const method of ['DELETE', 'PATCH']) {
    expect((await api.call(method, `/api-keys/${id}`, { name: 'x' })).json).toEqual({
      statusCode: 404,
      name: 'not_found',
      message: 'API key not found',
    })
  }
  expect((await api.call('DELETE', `/api-keys/${crypto.randomUUID()}`)).status).toBe(404)
})

test('without a limit all keys are listed, with one they come by pages', async () => {
  const ids = []
  for (let n = 0; n < 25; n++) {
    api.clock.now += 1
    ids.unshift((await make()).id)
  }
  const all = Object((await api.call('GET', '/api-keys')).json).data
  // The key of this test is the oldest.
  expect(all.map(({ id }: { id: string }) => id).slice(0, 25)).toEqual(ids)
  const page = await api.call('GET', `/api-keys?limit=2&after=${ids[3]}`)
  expect(page.json).toMatchObject({ has_more: true, data: [{ id: ids[4] }, { id: ids[5] }] })
  const before = await api.call('GET', `/api-keys?limit=2&before=${ids[3]}`)
  expect(before.json).toMatchObject({ has_more: true, data: [{ id: ids[1] }, { id: ids[2] }] })
})

test('a key of sending_access sends, from its domain only', async () => {
  await aDomain()
  api.clock.now += 1
  const { id, token } = await make({ permission: 'sending_access', domain_id: DOMAIN })
  expect((await as(token, 'POST', '/emails', anEmail())).status).toBe(200)
  expect((await as(token, 'GET', '/api-keys')).json).toMatchObject({ name: 'restricted_api_key' })
  const elsewhere = anEmail({ from: 'Acme <hello@other.dev>' })
  expect((await as(token, 'POST', '/emails', elsewhere)).json).toEqual({
    statusCode: 403,
    name: 'validation_error',
    message: 'This API key is not authorized to send emails from other.dev.',
  })
  const strict = await as(token, 'POST', '/emails/batch', [anEmail(), elsewhere])
  expect(strict.json).toMatchObject({ statusCode: 403 })
  const listed = await api.call('GET', '/api-keys?limit=1')
  expect(listed.json).toMatchObject({ data: [{ id, domain_id: DOMAIN }] })
  // Its domain gone, it may send from none.
  await env.DB.exec('DELETE FROM domains')
  expect((await as(token, 'POST', '/emails', anEmail())).status).toBe(403)
})

test.for([
  [{ name: null }, 422, 'Missing `name` field.'],
  [{ name: 'a\nb' }, 422, 'Invalid `name` field.'],
  [{ permission: 'root' }, 422, 'Invalid `permission` field.'],
  [{ domain_id: DOMAIN }, 422, 'Invalid `domain_id` field.'],
  [{ permission: 'sending_access', domain_id: DOMAIN }, 404, 'Domain not found'],
  [{ permission: 'sending_access', domain_id: 'acme.dev' }, 404, 'Domain not found'],
] as const)('%j makes no key', async ([fields, status, message]) => {
  const answer = await api.call('POST', '/api-keys', { name: 'Shop', ...fields })
  expect(answer.status).toBe(status)
  expect(answer.json['message']).toContain(message)
})

test('the use of a key is written once an hour', async () => {
  const { token } = await make()
  const used = async () => {
    await as(token, 'GET', '/emails')
    const row = await env.DB.prepare('SELECT last_used_at FROM api_keys WHERE id = ?1')
      .bind(token.slice(3, 11))
      .first()
    return row?.['last_used_at']
  }
  expect(await used()).toBe(NOW)
  api.clock.now = NOW + HOUR - 1
  expect(await used()).toBe(NOW)
  api.clock.now = NOW + HOUR
  expect(await used()).toBe(NOW + HOUR)
})

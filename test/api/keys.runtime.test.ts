import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { anApi, anEmail, counts } from '../support/an-api.ts'

const ID = crypto.randomUUID()

test.each([
  ['no header', ''],
  ['another scheme', 'Basic cmVfOng='],
  ['no key', 'Bearer '],
])('%s is a missing key', async (_, authorization) => {
  const api = await anApi()
  const answer = await api.call('POST', '/emails', anEmail(), { authorization })
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8')
  expect(answer.json).toEqual({
    statusCode: 401,
    name: 'missing_api_key',
    message: 'Missing API key in the authorization header.',
  })
})

test('a wrong key is refused, however little of it is wrong', async () => {
  const api = await anApi()
  const before = await counts()
  const last = api.key.endsWith('x') ? 'y' : 'x'
  for (const key of [
    api.key.slice(0, -1) + last,
    api.key.slice(0, -1),
    `${api.key}x`,
    api.key.toUpperCase(),
    api.key.replace('re_', 'xx_'),
    're_00000000_00000000000000000000000000000000',
    're_',
    `${api.key}' OR 1=1 --`,
  ]) {
    const { json } = await api.call('POST', '/emails', anEmail(), {
      authorization: `Bearer ${key}`,
    })
    expect(json).toEqual({
      statusCode: 403,
      name: 'invalid_api_key',
      message: 'API key is invalid.',
    })
  }
  expect(await counts()).toEqual(before)
})

test('the scheme may be written in any case', async () => {
  const api = await anApi()
  const headers = { authorization: `bearer ${api.key}` }
  expect((await api.call('POST', '/emails', anEmail(), headers)).status).toBe(200)
})

test('a revoked key is no key', async () => {
  const api = await anApi()
  await env.DB.prepare('UPDATE api_keys SET revoked_at = 1 WHERE id = ?1')
    .bind(api.key.slice(3, 11))
    .run()
  expect((await api.call('POST', '/emails', anEmail())).json).toMatchObject({
    name: 'invalid_api_key',
  })
})

test('only the hash of a key is stored', async () => {
  const api = await anApi()
  const stored = await env.DB.prepare('SELECT * FROM api_keys').all()
  expect(JSON.stringify(stored.results)).not.toContain(api.key.slice(12))
})

test('a key for sending sends, and nothing else', async () => {
  const api = await anApi({ scope: 'sending_access' })
  expect((await api.call('POST', '/emails', anEmail())).status).toBe(200)
  expect((await api.call('POST', '/emails/batch', [anEmail()])).status).toBe(200)
  for (const [method, path] of [
    ['GET', '/emails'],
    ['GET', `/emails/${ID}`],
    ['PATCH', `/emails/${ID}`],
    ['POST', `/emails/${ID}/cancel`],
    ['GET', `/-/emails/${ID}/events`],
    ['POST', `/-/emails/${ID}/settle`],
    ['POST', '/-/sending/pause'],
    ['POST', '/-/sending/resume'],
  ] as const) {
    const { json } = await api.call(method, path)
    expect(json).toEqual({
      statusCode: 401,
      name: 'restricted_api_key',
      message: 'This API key is restricted to only send emails.',
    })
  }
})

test('requests are counted down to 0 and then refused until a moment has passed', async () => {
  const api = await anApi({ settings: { requestsPerSecond: 3 } })
  const seen = []
  for (let n = 0; n < 4; n++) {
    const { status, headers } = await api.call('GET', '/emails')
    seen.push([
      status,
      ...['limit', 'policy', 'remaining', 'reset'].map((name) => headers.get(`ratelimit-${name}`)),
    ])
  }
  expect(seen).toEqual([
    [200, '3', '3;w=1', '2', '1'],
    [200, '3', '3;w=1', '1', '1'],
    [200, '3', '3;w=1', '0', '1'],
    [429, '3', '3;w=1', '0', '1'],
  ])
  const refused = await api.call('POST', '/emails', anEmail())
  expect(refused.headers.get('retry-after')).toBe('1')
  expect(refused.json).toMatchObject({ statusCode: 429, name: 'rate_limit_exceeded' })
  api.clock.now += 1000
  expect((await api.call('POST', '/emails', anEmail())).status).toBe(200)
})

test('errors carry the rate headers too', async () => {
  const api = await anApi()
  const answer = await api.call('POST', '/emails', {})
  expect([answer.status, answer.headers.get('ratelimit-remaining')]).toEqual([422, '999'])
})

test.each([
  ['GET', '/'],
  ['POST', '/email'],
  ['GET', '/emails/'],
  ['POST', '/-/nothing'],
  ['GET', '/emails/receiving/x'],
])('%s %s does not exist', async (method, path) => {
  const api = await anApi()
  expect((await api.call(method, path)).json).toEqual({
    statusCode: 404,
    name: 'not_found',
    message: 'The requested endpoint does not exist.',
  })
})

test.each([
  ['DELETE', '/emails', 'POST, GET'],
  ['GET', '/emails/batch', 'POST'],
  ['PUT', `/emails/${ID}`, 'GET, PATCH'],
  ['GET', `/emails/${ID}/cancel`, 'POST'],
  ['POST', '/health', 'GET'],
  ['OPTIONS', '/emails', 'POST, GET'],
])('%s %s is the wrong method', async (method, path, allow) => {
  const api = await anApi()
  const answer = await api.call(method, path)
  expect(answer.json).toMatchObject({ statusCode: 405, name: 'method_not_allowed' })
  expect(answer.headers.get('allow')).toBe(allow)
  expect(answer.headers.get('access-control-allow-origin')).toBeNull()
})

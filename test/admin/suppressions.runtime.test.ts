import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { mirrorWishes } from '../../src/db/suppressions/mirror.ts'
import { readFeed } from '../../src/db/webhooks/read-feed.ts'
import { UUID } from '../../src/domain/id.ts'
import { type AccountList, accountList } from '../../src/aws/account-list.ts'
import { sweep } from '../../src/sweeper/sweep.ts'
import { anAdminApi } from '../support/an-admin-api.ts'
import { type AnApi, NOW } from '../support/an-api.ts'
import { aSweeper } from '../support/a-sweeper.ts'
import { anEmailRow, clear, rowOf } from '../support/rows.ts'
import { claimed } from '../support/record.ts'

let api: AnApi

beforeEach(async () => {
  await clear()
  await env.DB.exec('DELETE FROM suppression_mirror')
  api = await anAdminApi()
})

async function add(email: string, fields: object = {}): Promise<string> {
  const { status, json } = await api.call('POST', '/suppressions', { email, ...fields })
  expect(status).toBe(201)
  return String(json['id'])
}

async function notices(): Promise<unknown[]> {
  const rows = await readFeed(env.DB, 0, 10_000)
  return rows.map(({ notice }) => notice).filter((notice) => notice !== null)
}

async function entries(path: string): Promise<unknown[]> {
  const { json } = await api.call('GET', path)
  const data: { email: string }[] = Object(json).data
  return data.map(({ email }) => email)
}

test('an address is suppressed, read by id and by address, and let go', async () => {
  const id = await add(' Ada+x@Example.com ', { reason: 'she asked', source: 'the phone' })
  expect(id).toMatch(UUID)
  const read = await api.call('GET', `/suppressions/${id}`)
  expect(read.json).toEqual({
    object: 'suppression',
    id,
    email: 'ada+x@example.com',
    origin: 'manual',
    source_id: null,
    created_at: new Date(NOW).toISOString(),
    ses: { until: null, reason: 'she asked', source: 'the phone' },
  })
  for (const name of ['ada+x@example.com', 'ada%2Bx%40example.com', 'Ada+x@example.com']) {
    expect((await api.call('GET', `/suppressions/${name}`)).json).toEqual(read.json)
  }
  const { id: emailId } = await anEmailRow({ due_at: NOW - 1 }, { address: 'ada+x@example.com' })
  await claimed([emailId])
  expect((await rowOf(emailId)).state).toBe('suppressed')
  // Suppressed again it is the same, and nobody is told twice.
  expect(await add('ada+x@example.com')).toBe(id)
  const gone = await api.call('DELETE', '/suppressions/ada%2Bx%40example.com')
  expect(gone).toMatchObject({ status: 200, json: { object: 'suppression', id, deleted: true } })
  expect((await api.call('DELETE', `/suppressions/${id}`)).json).toEqual({
    statusCode: 404,
    name: 'not_found',
    message: 'Suppression not found',
  })
  expect((await api.call('GET', '/suppressions/nobody')).status).toBe(404)
  const data = {
    id,
    email: 'ada+x@example.com',
    origin: 'manual',
    source_id: null,
    created_at: new Date(NOW).toISOString(),
  }
  expect(await notices()).toEqual([
    { type: 'suppression.added', data },
    { type: 'suppression.removed', data },
  ])
})

test('they are listed newest first, by pages and by origin', async () => {
  const ids = []
  for (let n = 0; n < 6; n++) {
    api.clock.now = NOW + Math.floor(n / 2)
    ids.push(await add(`p${n}@example.com`, { origin: ['bounce', 'complaint', 'manual'][n % 3] }))
  }
  const all = ['p5', 'p4', 'p3', 'p2', 'p1', 'p0'].map((name) => `${name}@example.com`)
  expect(await entries('/suppressions')).toEqual(all)
  expect(await entries('/suppressions?limit=2')).toEqual(all.slice(0, 2))
  expect(await entries(`/suppressions?limit=2&after=${ids[4]}`)).toEqual(all.slice(2, 4))
  expect(await entries(`/suppressions?limit=2&before=${ids[1]}`)).toEqual(all.slice(2, 4))
  expect(await entries('/suppressions?origin=complaint')).toEqual([all[1], all[4]])
  expect((await api.call('GET', '/suppressions?limit=6')).json['has_more']).toBe(false)
  expect((await api.call('GET', '/suppressions?limit=5')).json['has_more']).toBe(true)
  for (const query of ['origin=spam', `after=${crypto.randomUUID()}`, 'limit=0']) {
    expect((await api.call('GET', `/suppressions?${query}`)).json).toMatchObject({
      name: 'invalid_parameter',
    })
  }
})

test('a hundred are added and removed with one call', async () => {
  const emails = Array.from({ length: 100 }, (_, n) => `p${n}@example.com`)
  const added = await api.call('POST', '/suppressions/batch/add', { emails })
  const data: { id: string }[] = Object(added.json).data
  expect(data).toHaveLength(100)
  const again = await api.call('POST', '/suppressions/batch/add', {
    emails: [emails[1], emails[0], emails[1]],
  })
  expect(Object(again.json).data).toEqual([data[1], data[0], data[1]])
  const byEmail = await api.call('POST', '/suppressions/batch/remove', {
    emails: [emails[0], 'nobody@example.com'],
  })
  expect(Object(byEmail.json).data).toMatchObject([
    { object: 'suppression', id: data[0]?.id, deleted: true },
    { deleted: false },
  ])
  const byId = await api.call('POST', '/suppressions/batch/remove', {
    ids: data.map(({ id }) => id),
  })
  const deleted: { deleted: boolean }[] = Object(byId.json).data
  expect(deleted.filter((each) => each.deleted)).toHaveLength(99)
  expect(await entries('/suppressions')).toEqual([])
})

test.for([
  ['/suppressions', {}, 'Missing `email` field.'],
  ['/suppressions', { email: 'nobody' }, 'Invalid `email` field.'],
  ['/suppressions', { email: 'a@b.dev', origin: 'spam' }, 'Invalid `origin` field.'],
  ['/suppressions', { email: 'a@b.dev', reason: 'x'.repeat(501) }, 'Invalid `reason` field.'],
  ['/suppressions/batch/add', {}, 'Missing `emails` field.'],
  ['/suppressions/batch/add', { emails: [] }, 'Invalid `emails` field.'],
  ['/suppressions/batch/add', { emails: ['a@b.dev', 'x'] }, 'Invalid `emails[1]` field.'],
  ['/suppressions/batch/remove', { ids: ['x'] }, 'Invalid `ids[0]` field.'],
  ['/suppressions/batch/remove', { ids: ['x'], emails: ['y'] }, 'Invalid `ids` field.'],
] as const)('%s with %j is refused', async ([path, body, message]) => {
  const { status, json } = await api.call('POST', path, body)
  expect(status).toBe(422)
  expect(json['message']).toContain(message)
})

test('what is exported is imported elsewhere as it was', async () => {
  await add('ada@example.com', { reason: 'said "no", twice', source: '=elsewhere' })
  await add('bob@example.com', { origin: 'complaint' })
  const file = await (
    await api.fetch(
      new Request('https://api.aerogram.test/suppressions/export.csv', {
        headers: { authorization: `Bearer ${api.key}` },
      }),
    )
  ).text()
  expect(file.split('\r\n')[0]).toBe('email,origin,reason,source,created_at,id,source_id,until')
  const before = (await api.call('GET', '/suppressions')).json
  await clear()
  api.clock.now += 1000
  const type = { 'content-type': 'text/csv' }
  const taken = await api.call('POST', '/suppressions/import', file, type)
  expect(taken.json).toMatchObject({ object: 'import', added: 2, known: 0, invalid: { count: 0 } })
  const after = (await api.call('GET', '/suppressions')).json
  expect(JSON.stringify(after).replace(`'=elsewhere`, '=elsewhere')).toBe(JSON.stringify(before))
  const again = await api.call('POST', '/suppressions/import', file, type)
  expect(again.json).toMatchObject({ added: 0, known: 2 })
})

test('lines that cannot be taken are told with their numbers, the others are taken', async () => {
  const lines = [
    '{"email":"ada@example.com","origin":"bounce","created_at":"2020-01-01T00:00:00Z"}',
    '{"email":"nobody"}',
    '{"email":"bob@example.com","origin":"spam"}',
    '',
    '{"email":"eve@example.com","created_at":"yesterday"}',
    '{"email":"ADA@example.com"}',
  ]
  const { json } = await api.call('POST', '/suppressions/import', lines.join('\n'))
  expect(json).toMatchObject({ added: 1, known: 1, invalid: { count: 3 } })
  expect(Object(json['invalid']).lines.map(({ line }: { line: number }) => line)).toEqual([2, 3, 5])
  expect((await api.call('GET', '/suppressions/ada@example.com')).json).toMatchObject({
    origin: 'bounce',
    created_at: '2020-01-01T00:00:00.000Z',
  })
})

test('SES’s list is told of what operators change, once it takes it', async () => {
  api = await anAdminApi({ admin: { mirrorSuppressions: true } })
  await add('ada@example.com')
  await add('bob@example.com', { origin: 'complaint' })
  await add('eve@example.com')
  await api.call('DELETE', '/suppressions/eve@example.com')
  const calls: unknown[] = []
  let isAway = true
  const list: AccountList = accountList(async (method, path, body) => {
    calls.push([method, path, body])
    if (isAway) return { type: 'no answer', reason: 'TimeoutError' }
    if (method === 'PUT') {
      return { type: 'answer', status: 200, errorType: '', message: '', body: {} }
    }
    const errorType = 'NotFoundException'
    return { type: 'answer', status: 404, errorType, message: '', body: {} }
  })
  const { deps } = aSweeper({ accountList: list })
  await sweep(deps)
  expect(calls).toHaveLength(1)
  expect(await mirrorWishes(env.DB, 10)).toHaveLength(3)
  isAway = false
  calls.length = 0
  await sweep(deps)
  const path = '/v2/email/suppression/addresses'
  expect(calls).toEqual([
    ['PUT', path, { EmailAddress: 'ada@example.com', Reason: 'BOUNCE' }],
    ['PUT', path, { EmailAddress: 'bob@example.com', Reason: 'COMPLAINT' }],
    ['DELETE', `${path}/eve%40example.com`, undefined],
  ])
  expect(await mirrorWishes(env.DB, 10)).toEqual([])
})

test('a key that may only send sees none of it', async () => {
  const sending = await anAdminApi({ scope: 'sending_access' })
  expect((await sending.call('GET', '/suppressions')).status).toBe(401)
})

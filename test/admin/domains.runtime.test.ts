import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { readBroadcastContent } from '../../src/db/broadcasts/read-content.ts'
import { readOutlines } from '../../src/db/read-contents.ts'
import { readFeed } from '../../src/db/webhooks/read-feed.ts'
import { UUID } from '../../src/domain/id.ts'
import { anAdminApi } from '../support/an-admin-api.ts'
import { anEmail, NOW, row } from '../support/an-api.ts'
import { clear } from '../support/rows.ts'

let api: Awaited<ReturnType<typeof anAdminApi>>

beforeEach(async () => {
  await clear()
  await env.DB.exec('DELETE FROM domains')
  api = await anAdminApi()
})

async function make(fields: object = {}): Promise<string> {
  const { status, json } = await api.call('POST', '/domains', { name: 'example.com', ...fields })
  expect([status, json['message']]).toEqual([201, undefined])
  return String(json['id'])
}

/** What the DNS says by now. */
function prove(name: string, dkim: 'SUCCESS' | 'FAILED', mailFromStatus = dkim): void {
  const before = api.ses.known.get(name)
  if (before !== undefined) api.ses.known.set(name, { ...before, dkim, mailFromStatus })
}

async function told(): Promise<[string, string][]> {
  const rows = await readFeed(env.DB, 0, 1000)
  return rows.flatMap(({ notice }): [string, string][] =>
    notice === null ? [] : [[notice.type, Object(notice.data).status]],
  )
}

test('a domain is made at SES, and its records are told exactly', async () => {
  const answer = await api.call('POST', '/domains', { name: ' Example.COM ', region: 'eu-west-1' })
  expect(answer.status).toBe(201)
  const spf = { record: 'SPF', name: 'send.example.com', ttl: 'Auto', status: 'pending' }
  const dkim = { record: 'DKIM', type: 'CNAME', ttl: 'Auto', status: 'pending' }
  expect(answer.json).toEqual({
    id: expect.stringMatching(UUID),
    name: 'example.com',
    status: 'pending',
    created_at: new Date(NOW).toISOString(),
    region: 'eu-west-1',
    capabilities: { sending: 'enabled', receiving: 'disabled' },
    open_tracking: true,
    click_tracking: true,
    tls: 'opportunistic',
    records: [
      { ...spf, type: 'MX', value: 'feedback-smtp.eu-west-1.amazonses.com', priority: 10 },
      { ...spf, type: 'TXT', value: 'v=spf1 include:amazonses.com ~all' },
      ...['t1', 't2', 't3'].map((token) => ({
        ...dkim,
        name: `${token}._domainkey.example.com`,
        value: `${token}.dkim.amazonses.com`,
      })),
    ],
  })
  expect(api.ses.known.get('example.com')).toMatchObject({ mailFrom: 'send.example.com' })
})

test('what SES says of it is read anew, kept and told once', async () => {
  const id = await make({ custom_return_path: 'bounces' })
  const path = `/domains/${id}`
  prove('example.com', 'SUCCESS', 'FAILED')
  const partly = (await api.call('GET', path)).json
  expect(partly).toMatchObject({ object: 'domain', id, status: 'partially_failed' })
  expect(partly['records']).toMatchObject([
    { name: 'bounces.example.com', status: 'failed' },
    { status: 'failed' },
    { status: 'verified' },
    { status: 'verified' },
    { status: 'verified' },
  ])
  // To verify is to have SES look again for what failed.
  const verify = await api.call('POST', `${path}/verify`)
  expect(verify).toMatchObject({ status: 200, json: { object: 'domain', id } })
  expect((await api.call('GET', path)).json).toMatchObject({ status: 'partially_verified' })
  prove('example.com', 'SUCCESS')
  expect((await api.call('GET', path)).json).toMatchObject({ status: 'verified' })
  await api.call('GET', path)
  const listed = await api.call('GET', '/domains')
  expect(listed.json).toMatchObject({
    object: 'list',
    has_more: false,
    data: [{ id, status: 'verified' }],
  })
  expect(Object(listed.json).data[0]).not.toHaveProperty('records')
  expect(await told()).toEqual([
    ['domain.created', 'pending'],
    ['domain.updated', 'partially_failed'],
    ['domain.updated', 'partially_verified'],
    ['domain.updated', 'verified'],
  ])
  // Taken off SES by somebody else, it is failed, and made again by a new look.
  api.ses.known.clear()
  expect((await api.call('GET', path)).json).toMatchObject({ status: 'failed' })
  await api.call('POST', `${path}/verify`)
  expect((await api.call('GET', path)).json).toMatchObject({ status: 'pending' })
})

test('while SES is away a domain is told as it was last, and nothing is made', async () => {
  const id = await make()
  api.ses.away = true
  expect((await api.call('GET', `/domains/${id}`)).json).toMatchObject({ status: 'pending' })
  for (const [method, path] of [
    ['POST', '/domains'],
    ['POST', `/domains/${id}/verify`],
    ['DELETE', `/domains/${id}`],
  ] as const) {
    const { status, json } = await api.call(
      method,
      path,
      method === 'POST' ? { name: 'b.dev' } : undefined,
    )
    expect([status, json['name']]).toEqual([503, 'application_error'])
  }
  api.ses.away = false
  expect(Object((await api.call('GET', '/domains')).json).data).toHaveLength(1)
})

test('one that SES knows already is taken over, one of ours is there once', async () => {
  await api.ses.create('known.dev')
  prove('known.dev', 'SUCCESS')
  expect((await api.call('POST', '/domains', { name: 'known.dev' })).json).toMatchObject({
    status: 'partially_verified',
  })
  const again = await api.call('POST', '/domains', { name: 'KNOWN.dev' })
  expect(again.json).toMatchObject({
    message: 'Invalid `name` field. This domain is there already.',
  })
})

test('tracking is switched by domain, the rest stays as it is', async () => {
  const id = await make()
  const patched = await api.call('PATCH', `/domains/${id}`, { open_tracking: false })
  expect(patched).toMatchObject({ status: 200, json: { object: 'domain', id } })
  const told = async () => {
    const { json } = await api.call('GET', `/domains/${id}`)
    return [json['open_tracking'], json['click_tracking']]
  }
  // SES tracks both or neither, and there are no links of ours here.
  expect(await told()).toEqual([false, false])
  await api.call('PATCH', `/domains/${id}`, { open_tracking: true })
  expect(await told()).toEqual([true, true])
  const gone = await api.call('DELETE', `/domains/${id}`)
  expect(gone.json).toEqual({ object: 'domain', id, deleted: true })
  expect(api.ses.known.size).toBe(0)
  for (const method of ['GET', 'PATCH', 'DELETE']) {
    expect(
      (await api.call(method, `/domains/${id}`, method === 'GET' ? undefined : {})).json,
    ).toEqual({ statusCode: 404, name: 'not_found', message: 'Domain not found' })
  }
})

test('the switches of a domain hold for what is sent from it, emails and broadcasts', async () => {
  api = await anAdminApi({ settings: { clickTracking: true } })
  await make({ name: 'quiet.dev', open_tracking: false })
  await make({ name: 'still.dev', click_tracking: false })
  const tracked = async (from: string) => {
    const sent = await api.call('POST', '/emails', anEmail({ from }))
    const { content_id: id } = await row('emails', sent.json['id'])
    const outline = (await readOutlines(env.DB, [String(id)])).get(String(id))
    await env.DB.batch([
      env.DB.prepare('DELETE FROM broadcasts'),
      env.DB.prepare(
        `INSERT INTO broadcasts (id, sender, subject, brake, state, created_at, changed_at)
         SELECT id, sender, subject, '{}', 'draft', 1, 1 FROM contents WHERE id = ?1`,
      ).bind(id),
    ])
    const broadcast = await readBroadcastContent(env.DB, String(id))
    const switches = [outline, broadcast].map((each) => [
      each?.pixel,
      each?.ses_tracking,
      each?.click_tracking,
    ])
    expect(switches[0]).toEqual(switches[1])
    return switches[0]
  }
  expect(await tracked('a@other.dev')).toEqual([true, true, true])
  expect(await tracked('"x@still.dev" <a@Quiet.dev>')).toEqual([false, false, true])
  expect(await tracked('Käse <a@still.dev>')).toEqual([true, false, false])
})

test.for([
  [{ name: undefined }, 'missing_required_field', '`name`'],
  [{ name: 'no domain' }, 'validation_error', '`name`'],
  [{ name: 'localhost' }, 'validation_error', '`name`'],
  [{ name: 'refused.invalid' }, 'validation_error', 'SES takes it not.'],
  [{ region: 'us-east-1' }, 'invalid_region', '`region`'],
  [{ custom_return_path: 'a.b' }, 'validation_error', '`custom_return_path`'],
  [{ tls: 'enforced' }, 'validation_error', '`tls`'],
  [{ tracking_subdomain: 'links' }, 'validation_error', '`tracking_subdomain`'],
  [{ open_tracking: 'yes' }, 'validation_error', '`open_tracking`'],
] as const)('%j makes no domain', async ([fields, name, part]) => {
  const { status, json } = await api.call('POST', '/domains', { name: 'example.com', ...fields })
  expect([status, json['name']]).toEqual([422, name])
  expect(json['message']).toContain(part)
  expect(Object((await api.call('GET', '/domains')).json).data).toEqual([])
})

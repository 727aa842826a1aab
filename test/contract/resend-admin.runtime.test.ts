import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { UUID } from '../../src/domain/id.ts'
import { anAdminApi } from '../support/an-admin-api.ts'
import { NOW } from '../support/an-api.ts'

const BASE = 'https://api.aerogram.test'
// Version 4 reads it once, when it is loaded.
vi.stubEnv('RESEND_BASE_URL', BASE)
const { Resend } = await import('resend')
const { Resend: Resend4 } = await import('resend-4')

let api: Awaited<ReturnType<typeof anAdminApi>>

beforeEach(async () => {
  api = await anAdminApi()
  vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init)
    if (!request.url.startsWith(`${BASE}/`)) throw new Error(`reached out to ${request.url}`)
    return await api.fetch(request)
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
})

const made = { data: { id: expect.stringMatching(UUID) }, error: null }

test('every method for suppressions works', async () => {
  const { suppressions } = new Resend(api.key, { baseUrl: BASE })
  const email = 'ada+x@customer.dev'
  const added = await suppressions.add({ email })
  expect(added).toMatchObject(made)
  const entry = { email, origin: 'manual', source_id: null, created_at: expect.any(String) }
  expect(await suppressions.get(email)).toMatchObject({
    data: { object: 'suppression', id: added.data?.id, ...entry },
  })
  expect(await suppressions.get(added.data?.id ?? '')).toMatchObject({ data: entry })
  expect(await suppressions.list({ origin: 'manual', limit: 1 })).toMatchObject({
    data: { object: 'list', data: [entry] },
  })
  expect(await suppressions.remove(email)).toMatchObject({
    data: { object: 'suppression', id: added.data?.id, deleted: true },
  })
  const emails = ['a@customer.dev', 'b@customer.dev']
  const batch = await suppressions.batch.add({ emails })
  expect(batch.data?.data).toMatchObject([made.data, made.data])
  const ids = batch.data?.data.map(({ id }) => id) ?? []
  expect((await suppressions.batch.remove({ emails: ['a@customer.dev'] })).data?.data).toEqual([
    { object: 'suppression', id: ids[0], deleted: true },
  ])
  expect((await suppressions.batch.remove({ ids })).data?.data).toMatchObject([
    { deleted: false },
    { deleted: true },
  ])
  expect((await suppressions.get(email)).error).toMatchObject({ name: 'not_found' })
})

test('every method for API keys works', async () => {
  const { apiKeys } = new Resend(api.key, { baseUrl: BASE })
  const key = await apiKeys.create({ name: 'Shop', permission: 'full_access' })
  expect(key).toMatchObject({ data: { ...made.data, token: expect.stringMatching(/^re_/) } })
  const id = key.data?.id ?? ''
  expect(await apiKeys.update(id, { name: 'Shop 2' })).toMatchObject({
    data: { object: 'api_key', id },
    error: null,
  })
  const listed = await apiKeys.list()
  expect(listed.data?.data.find((each) => each.id === id)).toMatchObject({
    name: 'Shop 2',
    created_at: new Date(NOW).toISOString(),
    last_used_at: null,
  })
  expect(await apiKeys.remove(id)).toMatchObject({ data: { object: 'api_key', id, deleted: true } })
  expect((await apiKeys.remove(id)).error).toMatchObject({ message: 'API key not found' })
  const older = new Resend4(api.key)
  const made4 = await older.apiKeys.create({ name: 'Old' })
  expect(made4.error).toBeNull()
  expect((await older.apiKeys.remove(made4.data?.id ?? '')).error).toBeNull()
})

test('every method for domains works, and claims are told to be out of scope', async () => {
  const { domains, apiKeys } = new Resend(api.key, { baseUrl: BASE })
  const created = await domains.create({
    name: 'contract.dev',
    region: 'eu-west-1',
    customReturnPath: 'outbound',
    openTracking: false,
    tls: 'opportunistic',
  })
  expect(created).toMatchObject({
    error: null,
    data: { name: 'contract.dev', status: 'pending', open_tracking: false },
  })
  expect(created.data?.records.map(({ record, type }) => `${record} ${type}`)).toEqual([
    'SPF MX',
    'SPF TXT',
    ...Array.from({ length: 3 }, () => 'DKIM CNAME'),
  ])
  const id = created.data?.id ?? ''
  expect(await domains.get(id)).toMatchObject({ data: { object: 'domain', id } })
  expect(await domains.list()).toMatchObject({ data: { object: 'list', data: [{ id }] } })
  expect(await domains.update({ id, clickTracking: false, openTracking: true })).toMatchObject({
    data: { object: 'domain', id },
    error: null,
  })
  expect(await domains.verify(id)).toMatchObject({ data: { object: 'domain', id } })
  const key = await apiKeys.create({ name: '', permission: 'sending_access', domain_id: id })
  expect(key.error).toBeNull()
  expect((await domains.claims.create({ name: 'contract.dev' })).error).toMatchObject({
    message: 'The requested endpoint does not exist.',
  })
  expect(await domains.remove(id)).toMatchObject({ data: { object: 'domain', id, deleted: true } })
})

test('attachments and metrics of emails are told, receiving and sharing are out of scope', async () => {
  const { emails, logs } = new Resend(api.key, { baseUrl: BASE })
  const sent = await emails.send({
    from: 'Acme <hello@acme.dev>',
    to: 'ada@customer.dev',
    subject: 'Hi',
    text: 'Hi',
    attachments: [{ filename: 'a.txt', content: Buffer.from('hi') }],
  })
  const id = sent.data?.id ?? ''
  const listed = await emails.attachments.list({ emailId: id })
  const [attachment] = listed.data?.data ?? []
  expect(attachment).toMatchObject({ filename: 'a.txt', size: 2 })
  const one = await emails.attachments.get({ emailId: id, id: attachment?.id ?? '' })
  expect(one.data).toEqual({ object: 'attachment', ...attachment })
  const file = await api.fetch(new Request(one.data?.download_url ?? ''))
  expect(await file.text()).toBe('hi')
  const metrics = await emails.metrics({
    granularity: 'hourly',
    dimensions: ['period', 'domain'],
    metrics: ['sent', 'delivery_rate'],
    emailId: [id],
    endDate: new Date(NOW + 1000).toISOString(),
    startDate: '2026-11-24',
    timezone: 'Europe/Vienna',
  })
  expect(metrics.error).toBeNull()
  expect(metrics.data).toMatchObject({
    object: 'metrics',
    start_date: '2026-11-23T23:00:00.000Z',
    totals: { sent: 0, delivery_rate: 0 },
    data: [{ period: '2026-11-24T10:00:00.000Z', domain_name: 'acme.dev', sent: 0 }],
  })
  const none = {
    statusCode: 404,
    name: 'not_found',
    message: 'The requested endpoint does not exist.',
  }
  expect((await emails.share(id)).error).toMatchObject(none)
  expect((await emails.receiving.list()).error).toMatchObject(none)
  expect((await emails.receiving.get(id)).error).toMatchObject(none)
  expect((await logs.list()).error).toMatchObject(none)
})

import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { anApi, anEmail, counts, row } from '../support/an-api.ts'

const PERMISSIVE = { 'x-batch-validation': 'permissive' }

function idsOf(json: Record<string, unknown>): string[] {
  const list: { id: string }[] = JSON.parse(JSON.stringify(json['data']))
  return list.map(({ id }) => id)
}

test('100 emails get 100 ids in request order, which is the order of their keys', async () => {
  const api = await anApi()
  const emails = Array.from({ length: 100 }, (_, n) => anEmail({ to: `a${n}@customer.dev` }))
  const { status, json } = await api.call('POST', '/emails/batch', emails)
  const ids = idsOf(json)
  expect([status, Object.keys(json)]).toEqual([200, ['data']])
  expect(ids).toHaveLength(100)
  expect(ids.toSorted()).toEqual(ids)
  expect(await row('emails', ids[42])).toMatchObject({
    address: 'a42@customer.dev',
    priority: 'normal',
    content_id: ids[0],
  })
  expect(api.enqueued.map(({ id }) => id)).toEqual(ids)
})

test('emails that say the same share one content, which knows its first and last email', async () => {
  const api = await anApi()
  const same = anEmail({ attachments: [{ filename: 'a.txt', content: 'aGk=' }] })
  const { json } = await api.call('POST', '/emails/batch', [
    same,
    anEmail({ subject: 'Another' }),
    { ...same, to: 'bob@customer.dev' },
  ])
  const [first, second, third] = idsOf(json)
  expect(await row('contents', first)).toMatchObject({ last_email_id: third })
  expect(await row('contents', second)).toMatchObject({ last_email_id: second })
  expect(await row('emails', third)).toMatchObject({ content_id: first })
})

test('another attachment under the same name is another content', async () => {
  const api = await anApi()
  const { json } = await api.call('POST', '/emails/batch', [
    anEmail({ attachments: [{ filename: 'a.txt', content: 'aGk=' }] }),
    anEmail({ attachments: [{ filename: 'a.txt', content: 'aG8=' }] }),
  ])
  const [first, second] = idsOf(json)
  expect((await row('emails', second))['content_id']).toBe(second)
  expect(await (await env.FILES.get(`contents/${first}/attachment-0`))?.text()).toBe('hi')
  expect(await (await env.FILES.get(`contents/${second}/attachment-0`))?.text()).toBe('ho')
})

test('strict: one bad email refuses all and is named by its place', async () => {
  const api = await anApi()
  const before = await counts()
  const answer = await api.call('POST', '/emails/batch', [anEmail(), anEmail({ to: 'nobody' })])
  expect(answer.json).toEqual({
    statusCode: 422,
    name: 'validation_error',
    message: expect.stringMatching(/^emails\[1\]: Invalid `to` field\./),
  })
  expect(await counts()).toEqual(before)
})

test('permissive: the good ones go, the bad ones are told by index', async () => {
  const api = await anApi()
  const emails = [anEmail({ from: '' }), anEmail(), anEmail({ subject: 'a\nb' })]
  const { status, json } = await api.call('POST', '/emails/batch', emails, PERMISSIVE)
  expect(status).toBe(200)
  expect(idsOf(json)).toHaveLength(1)
  expect(json['errors']).toEqual([
    { index: 0, message: 'Missing `from` field.' },
    { index: 2, message: expect.stringContaining('`subject`') },
  ])
  expect(api.enqueued).toHaveLength(1)
})

test('permissive: errors is there even when empty, and data even when nothing was good', async () => {
  const api = await anApi()
  const good = await api.call('POST', '/emails/batch', [anEmail()], PERMISSIVE)
  const bad = await api.call('POST', '/emails/batch', [{}], PERMISSIVE)
  expect(good.json['errors']).toEqual([])
  expect([bad.status, bad.json['data']]).toEqual([200, []])
})

test.each([
  ['an empty list', [], 'emails'],
  ['101 emails', Array.from({ length: 101 }, () => anEmail()), 'emails'],
  ['an object', anEmail(), 'list'],
])('%s is refused in either mode', async (_, body, named) => {
  const api = await anApi()
  const before = await counts()
  for (const headers of [{}, PERMISSIVE]) {
    const answer = await api.call('POST', '/emails/batch', body, headers)
    expect(answer.status).toBe(422)
    expect(answer.json['message']).toContain(named)
  }
  expect(await counts()).toEqual(before)
})

test('a mode of neither kind is refused', async () => {
  const api = await anApi()
  const headers = { 'x-batch-validation': 'lenient' }
  const answer = await api.call('POST', '/emails/batch', [anEmail()], headers)
  expect(answer.json).toMatchObject({ statusCode: 422, name: 'invalid_parameter' })
})

test('each email of a batch may have its own time and priority', async () => {
  const api = await anApi()
  const { json } = await api.call('POST', '/emails/batch', [
    anEmail({ scheduled_at: 'in 1 hour' }),
    anEmail({ priority: 'bulk' }),
    anEmail({ headers: { 'X-Aerogram-Priority': 'high' } }),
  ])
  const rows = await Promise.all(idsOf(json).map(async (id) => await row('emails', id)))
  expect(rows.map(({ state, priority }) => [state, priority])).toEqual([
    ['scheduled', 'normal'],
    ['queued', 'bulk'],
    ['queued', 'high'],
  ])
})

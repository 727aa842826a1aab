import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { broadcastKeys } from '../../src/domain/broadcast-email-id.ts'
import { aBroadcastApi, aDraft, anUploaded } from '../support/a-broadcast-api.ts'

test('a broadcast is written as a draft and read in the words of the contract', async () => {
  const api = await aBroadcastApi()
  const made = await api.call('POST', '/broadcasts', aDraft({ reply_to: 'help@acme.dev' }))
  expect(made.status).toBe(201)
  expect(made.json).toEqual({ object: 'broadcast', id: expect.stringMatching(/^[0-9a-f-]{36}$/) })
  const { status, json } = await api.call('GET', `/broadcasts/${String(made.json['id'])}`)
  expect(status).toBe(200)
  expect(json).toMatchObject({
    object: 'broadcast',
    id: made.json['id'],
    name: 'November',
    audience_id: null,
    segment_id: null,
    from: 'Acme <news@acme.dev>',
    subject: 'News for {{{FIRST_NAME|you}}}',
    reply_to: ['help@acme.dev'],
    preview_text: null,
    status: 'draft',
    created_at: '2026-11-24T10:00:00.000Z',
    scheduled_at: null,
    sent_at: null,
    topic_id: null,
    text: null,
    doubt_policy: 'hold',
    brake: { bounce_rate: 0.08, complaint_rate: 0.001, min_sent: 500 },
    progress: { state: 'draft', audience: 0, sent: 0, waiting: 0 },
  })
})

test('what cannot be meant is refused by the name of its field', async () => {
  const api = await aBroadcastApi()
  const cases: [Record<string, unknown>, string][] = [
    [{ from: undefined }, 'from'],
    [{ subject: undefined }, 'subject'],
    [{ html: undefined }, 'html` or `text'],
    [{ segment_id: '78261eea-8f8b-4381-83c6-79fa7120f1cf' }, 'segment_id'],
    [{ audience_id: 'x' }, 'audience_id'],
    [{ topic_id: 'news' }, 'topic_id'],
    [{ send: true }, 'send'],
    [{ canary: { percent: 1 } }, 'canary'],
    [{ canary: { percent: 101, wait_seconds: 1 } }, 'canary'],
    [{ brake: { bounce_rate: 5 } }, 'brake.bounce_rate'],
    [{ doubt_policy: 'maybe' }, 'doubt_policy'],
    [{ preview_text: 'two\nlines' }, 'preview_text'],
    [{ tags: [{ name: 'a b', value: 'c' }] }, 'tags[0].name'],
    [{ html: '{% if %}' }, 'html'],
    [{ html: 'x'.repeat(900_001) }, 'html'],
  ]
  for (const [fields, named] of cases) {
    const { status, json } = await api.call('POST', '/broadcasts', aDraft(fields))
    expect([named, status]).toEqual([named, 422])
    expect(json['message']).toContain(`\`${named}`)
  }
  const { json } = await api.call('POST', '/broadcasts', aDraft({ segment_id: null }))
  expect(json).toHaveProperty('id')
})

test('a draft is changed field by field', async () => {
  const api = await aBroadcastApi()
  const id = await anUploaded(api, 1, { brake: { min_sent: 1000 } })
  const changes = {
    subject: 'Other news',
    text: 'Plain',
    brake: { bounce_rate: 0.1 },
    canary: { count: 100, wait_seconds: 60 },
    doubt_policy: 'resend',
    tracking: { pixel: false },
  }
  const { status } = await api.call('PATCH', `/broadcasts/${id}`, changes)
  expect(status).toBe(200)
  const { json } = await api.call('GET', `/broadcasts/${id}`)
  expect(json).toMatchObject({
    name: 'November',
    subject: 'Other news',
    text: 'Plain',
    html: aDraft()['html'],
    brake: { bounce_rate: 0.1, complaint_rate: 0.001, min_sent: 1000 },
    canary: { count: 100, wait_seconds: 60 },
    doubt_policy: 'resend',
    tracking: { pixel: false, ses: true },
  })
  const { first, last } = broadcastKeys(id)
  const email = await env.DB.prepare('SELECT doubt_policy FROM emails WHERE id BETWEEN ?1 AND ?2')
    .bind(first, last)
    .first()
  expect(email).toEqual({ doubt_policy: 'resend' })
})

function file(content: string): object {
  return { filename: 'a.txt', content: Buffer.from(content).toString('base64') }
}

test('attachments are replaced as often as one likes', async () => {
  const api = await aBroadcastApi()
  const id = await anUploaded(api, 0, { attachments: [file('one'), file('two')] })
  for (const contents of [['three', 'four'], ['five', 'six'], ['seven']]) {
    await api.call('PATCH', `/broadcasts/${id}`, { attachments: contents.map(file) })
    await api.call('PATCH', `/broadcasts/${id}`, { name: 'The same files' })
    const { objects } = await env.FILES.list({ prefix: `broadcasts/${id}/` })
    const stored = objects.map(async ({ key }) => await (await env.FILES.get(key))?.text())
    expect(await Promise.all(stored)).toEqual(contents)
  }
})

test('once it has left draft nothing of it is changed or deleted', async () => {
  const api = await aBroadcastApi()
  const id = await anUploaded(api, 1)
  await api.call('POST', `/broadcasts/${id}/send`)
  const changed = await api.call('PATCH', `/broadcasts/${id}`, { subject: 'Too late' })
  expect([changed.status, changed.json['message']]).toEqual([
    422,
    'Invalid `id` field. Only a draft can be changed. This one is sending.',
  ])
  expect((await api.call('DELETE', `/broadcasts/${id}`)).status).toBe(422)
})

test('a draft is deleted with its recipients and its files', async () => {
  const api = await aBroadcastApi()
  const id = await anUploaded(api, 3, {
    attachments: [{ filename: 'a.txt', content: 'aGVsbG8=' }],
  })
  const file = `broadcasts/${id}/attachment-0`
  expect(await (await env.FILES.get(file))?.text()).toBe('hello')
  const { status, json } = await api.call('DELETE', `/broadcasts/${id}`)
  expect([status, json]).toEqual([200, { object: 'broadcast', id, deleted: true }])
  expect((await api.call('GET', `/broadcasts/${id}`)).status).toBe(404)
  expect(await env.FILES.get(file)).toBeNull()
  const { first, last } = broadcastKeys(id)
  const left = await env.DB.prepare('SELECT count(*) AS n FROM emails WHERE id BETWEEN ?1 AND ?2')
    .bind(first, last)
    .first()
  expect(left).toEqual({ n: 0 })
})

test('broadcasts are listed, newest first, a page at a time', async () => {
  const api = await aBroadcastApi()
  const ids: string[] = []
  for (let n = 0; n < 3; n++) {
    api.clock.now += 1000
    ids.unshift(await anUploaded(api, 0, { name: `number ${n}` }))
  }
  const [newest, middle, oldest] = ids
  const page = await api.call('GET', `/broadcasts?limit=2`)
  expect(page.json).toMatchObject({
    object: 'list',
    has_more: true,
    data: [{ id: newest }, { id: middle }],
  })
  const next = await api.call('GET', `/broadcasts?limit=1&after=${middle}`)
  expect(next.json).toMatchObject({ data: [{ id: oldest, status: 'draft', segment_id: null }] })
  const back = await api.call('GET', `/broadcasts?before=${oldest}`)
  expect(back.json).toMatchObject({ data: [{ id: newest }, { id: middle }] })
})

test('broadcasts ask for a key with full access, and answer like every other call', async () => {
  const api = await aBroadcastApi({ scope: 'sending_access' })
  expect((await api.call('GET', '/broadcasts')).json['name']).toBe('restricted_api_key')
  const full = await aBroadcastApi()
  const wrong = await full.call('PUT', '/broadcasts')
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST, GET'])
  expect((await full.call('GET', '/broadcasts/1')).json['name']).toBe('not_found')
  const listed = await full.call('GET', '/broadcasts')
  expect(listed.headers.get('content-type')).toBe('application/json; charset=utf-8')
  expect(listed.headers.get('ratelimit-limit')).toBe('1000')
})

test.each(["{{ company['a.b'] }}", '{{ a["b\\\\"] }}', `{{ a['b"c'] }}`])(
  'a template is refused that reads what no upload could be asked for: %s',
  async (tag) => {
    const api = await aBroadcastApi()
    const { status, json } = await api.call('POST', '/broadcasts', aDraft({ html: tag }))
    expect([status, json['message']]).toEqual([422, expect.stringContaining('cannot be a name')])
  },
)

import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { emailIdOf } from '../../src/db/broadcasts/upload-recipients.ts'
import { aBroadcastApi, anUploaded } from '../support/a-broadcast-api.ts'
import { contentOf, counts, NOW, row } from '../support/an-api.ts'
import { aSuppression } from '../support/rows.ts'

const HTML =
  '<body><p>Hi {{ name }}, your plan is {{ plan | default: "free" }}</p><a href="{{{RESEND_UNSUBSCRIBE_URL}}}">Leave</a></body>'

test('a preview shows what that very person gets', async () => {
  const api = await aBroadcastApi()
  const id = await anUploaded(api, 0, { html: HTML, preview_text: 'Soon', reply_to: 'a@acme.dev' })
  const line = '{"email":"ada@customer.dev","name":"Ada <3","variables":{"plan":"gold"}}'
  await api.call('POST', `/broadcasts/${id}/recipients`, line)
  const emailId = emailIdOf(id, 'ada@customer.dev')
  const leave = `https://mail.aerogram.dev/u/${emailId}`
  const { status, json } = await api.call('GET', `/broadcasts/${id}/preview?email=Ada@customer.dev`)
  expect([status, json]).toMatchObject([
    200,
    {
      object: 'preview',
      email_id: emailId,
      from: 'Acme <news@acme.dev>',
      to: '"Ada <3" <ada@customer.dev>',
      reply_to: ['a@acme.dev'],
      subject: 'News for Ada',
      headers: [
        { name: 'List-Unsubscribe', value: `<${leave}>` },
        { name: 'List-Unsubscribe-Post', value: 'List-Unsubscribe=One-Click' },
      ],
    },
  ])
  expect(json['html']).toContain('<p>Hi Ada &lt;3, your plan is gold</p>')
  expect(json['html']).toContain(`<a href="${leave}">`)
  expect(json['text']).toContain('Hi Ada <3, your plan is gold')
  const nobody = await api.call('GET', `/broadcasts/${id}/preview?email=bob@customer.dev`)
  expect([nobody.status, nobody.json['message']]).toEqual([404, 'Recipient not found'])
})

test('a preview without what the template needs says so', async () => {
  const api = await aBroadcastApi()
  const id = await anUploaded(api, 0, { html: HTML })
  await api.call('POST', `/broadcasts/${id}/recipients`, '{"email":"ada@customer.dev"}')
  const { status, json } = await api.call('GET', `/broadcasts/${id}/preview?email=ada@customer.dev`)
  expect([status, json['message']]).toEqual([
    422,
    'Invalid `variables` field. Missing, and the template has no fallback: `name`.',
  ])
})

test('a test goes at once to a few addresses, as ordinary emails', async () => {
  const api = await aBroadcastApi()
  const id = await anUploaded(api, 1, {
    html: HTML,
    attachments: [{ filename: 'a.txt', content: 'aGVsbG8=' }],
  })
  const { status, json } = await api.call('POST', `/broadcasts/${id}/test`, {
    to: ['Grace <grace@acme.dev>', 'person0@customer.dev', 'grace@acme.dev'],
    variables: { plan: 'gold' },
  })
  expect(status).toBe(200)
  const data = Array.isArray(json['data']) ? json['data'] : []
  expect(data.map(({ email }) => email)).toEqual(['grace@acme.dev', 'person0@customer.dev'])
  expect(api.jobs.map(({ priority }) => priority)).toEqual(['high', 'high'])
  const [first] = data
  expect(await row('emails', first.id)).toMatchObject({
    state: 'queued',
    priority: 'high',
    broadcast_id: null,
    address: 'grace@acme.dev',
  })
  const content = await contentOf(first.id)
  expect(content['html']).toContain('Hi Grace, your plan is gold')
  expect(content['headers']).toContain('List-Unsubscribe-Post')
  expect(await (await env.FILES.get(`contents/${first.id}/attachment-0`))?.text()).toBe('hello')
  expect((await contentOf(data[1].id))['html']).toContain('Hi Ada 0, your plan is gold')
  // It is no part of the broadcast.
  expect((await api.call('GET', `/broadcasts/${id}`)).json).toMatchObject({
    progress: { state: 'draft', audience: 1, sent: 0 },
  })
})

test('a test asks for one to five addresses and for what the template needs', async () => {
  const api = await aBroadcastApi()
  const id = await anUploaded(api, 0, { html: HTML })
  const messages: unknown[] = []
  for (const to of [[], ['x'], Array.from({ length: 6 }, (_, n) => `a${n}@b.dev`), 'a@b.dev']) {
    const { status, json } = await api.call('POST', `/broadcasts/${id}/test`, { to })
    messages.push([status, json['message']])
  }
  expect(messages).toEqual([
    [422, 'Missing `to` field.'],
    [422, expect.stringContaining('Invalid `to` field.')],
    [422, 'Invalid `to` field. At most 5 addresses.'],
    [422, expect.stringContaining('no fallback: `name`')],
  ])
  expect(api.jobs).toEqual([])
})

test('preflight tells who would be skipped, how long it takes and what it costs, and sends nothing', async () => {
  const api = await aBroadcastApi({
    broadcasts: {
      settings: {
        publicUrl: 'https://mail.aerogram.dev',
        recipientPolicy: {
          type: 'allow',
          domains: new Set(['customer.dev']),
          addresses: new Set(['one@else.dev']),
        },
        openPixel: true,
        sesTracking: true,
        idempotencyMs: 0,
        clickTracking: false,
      },
    },
  })
  const id = await anUploaded(api, 0, { html: HTML })
  const addresses = ['a@customer.dev', 'b@customer.dev', 'c@customer.dev', 'd@customer.dev']
  const lines = [...addresses, 'one@else.dev', 'two@else.dev'].map((email) =>
    JSON.stringify({ email, name: email.startsWith('d') ? null : 'Ada' }),
  )
  await api.call('POST', `/broadcasts/${id}/recipients`, lines.join('\n'))
  await aSuppression('a@customer.dev')
  await env.DB.prepare(
    `INSERT INTO unsubscribes (address, topic_id, created_at) VALUES ('b@customer.dev', '', 1),
     ('c@customer.dev', 'another topic', 1)`,
  ).run()
  const { status, json } = await api.call('GET', `/broadcasts/${id}/preflight`)
  expect([status, json]).toMatchObject([
    200,
    {
      object: 'preflight',
      ready: false,
      problems: ['`name` is missing for 1 recipients, and the template has no fallback.'],
      audience: 6,
      partial: false,
      sendable: 2,
      skipped: {
        suppressed: 1,
        unsubscribed: 1,
        recipient_policy: 1,
        missing_variable: 1,
        duplicate: 0,
        malformed: 0,
      },
      missing_variables: [{ name: 'name', recipients: 1 }],
      size: { template: { limit: 1_048_576 }, template_data: { limit: 262_144 } },
      links: { checked: 5, faulty: [] },
      unsubscribe_link: { html: true, text: true },
      duration: { seconds: 1, rate: 100, quota: { limit: 50_000, room: 50_000 } },
      cost: { currency: 'USD' },
    },
  ])
  expect(api.woken()).toBe(0)
  expect(api.jobs).toEqual([])
  await env.DB.prepare('DELETE FROM unsubscribes').run()
  await env.DB.prepare('DELETE FROM suppressions').run()
})

test('preflight leaves out whom the claim would: a pause that is over holds nobody', async () => {
  const api = await aBroadcastApi()
  const id = await anUploaded(api, 3)
  await env.DB.prepare(
    `INSERT INTO suppressions (address, reason, origin, created_at, until)
     VALUES ('person0@customer.dev', 'paused', 'bounce', 1, ?1), ('person1@customer.dev', 'paused', 'bounce', 1, ?1 + 1)`,
  )
    .bind(NOW)
    .run()
  const { json } = await api.call('GET', `/broadcasts/${id}/preflight`)
  expect(json).toMatchObject({ audience: 3, sendable: 2, skipped: { suppressed: 1 } })
  await env.DB.prepare('DELETE FROM suppressions').run()
})

test('preflight names links nobody can follow and a missing way out', async () => {
  const api = await aBroadcastApi()
  const html =
    '<a href="https://acme.dev/{{ n }}">good</a><a href="www.acme.dev">bad</a><a href="javascript:x">worse</a><a href="http://intranet/">inside</a>'
  const id = await anUploaded(api, 2, { html })
  const { json } = await api.call('GET', `/broadcasts/${id}/preflight`)
  expect(json).toMatchObject({
    ready: false,
    links: {
      checked: 5,
      faulty: [
        { link: 'www.acme.dev', reason: 'it is not a whole URL' },
        { link: 'javascript:x', reason: 'mail programs do not follow javascript:' },
        { link: 'http://intranet/', reason: 'its host is not on the internet' },
      ],
    },
    unsubscribe_link: { html: false, text: false },
  })
  expect(json['problems']).toContain(
    'There is no unsubscribe link: write `{{{RESEND_UNSUBSCRIBE_URL}}}`.',
  )
})

test('preflight of many recipients looks at all of them, page by page', async () => {
  const api = await aBroadcastApi()
  const id = await anUploaded(api, 20_001)
  const { json } = await api.call('GET', `/broadcasts/${id}/preflight`)
  expect(json).toMatchObject({ ready: true, audience: 20_001, sendable: 20_001, partial: false })
})

test('who has unsubscribed gets no test either, nor does a template what no email can carry', async () => {
  const api = await aBroadcastApi()
  const id = await anUploaded(api, 0, { html: '<p>{{ a | default: "b" }}</p>' })
  await env.DB.prepare(
    `INSERT INTO unsubscribes (address, topic_id, created_at) VALUES ('left@customer.dev', '', 1)`,
  ).run()
  const before = await counts()
  for (const [body, why] of [
    [{ to: ['ada@customer.dev', 'Left@Customer.dev'] }, 'has unsubscribed'],
    [{ to: 'ada@customer.dev', variables: { a: 'x\u0000y' } }, 'not plain text'],
    [{ to: 'ada@customer.dev', variables: { a: 'x'.repeat(70_000) } }, '65536 characters'],
  ] satisfies [object, string][]) {
    const { status, json } = await api.call('POST', `/broadcasts/${id}/test`, body)
    expect([status, json['message']]).toEqual([422, expect.stringContaining(why)])
  }
  expect([await counts(), api.jobs]).toEqual([before, []])
})

test('a colleague who never joined its topic can be sent a test', async () => {
  const api = await aBroadcastApi()
  const topic = crypto.randomUUID()
  await env.DB.prepare(
    `INSERT INTO topics (id, name, default_subscription, visibility, created_at)
     VALUES (?1, 'Letters', 'opt_out', 'public', 1)`,
  )
    .bind(topic)
    .run()
  const id = await anUploaded(api, 0, { topic_id: topic })
  const body = { to: 'ada@customer.dev', variables: { name: 'Ada' } }
  expect((await api.call('POST', `/broadcasts/${id}/test`, body)).status).toBe(200)
})

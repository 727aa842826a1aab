import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { brakeBroadcast } from '../../src/db/broadcasts/change-broadcast.ts'
import { emailsOf } from '../../src/db/audience/emails-of.ts'
import { erase } from '../../src/db/audience/erase.ts'
import { uploadRecipients } from '../../src/db/broadcasts/upload-recipients.ts'
import { aBroadcastApi, anUploaded } from '../support/a-broadcast-api.ts'
import { NOW } from '../support/an-api.ts'

test('a draft that is sent is under way at once, and the Governor knows', async () => {
  const api = await aBroadcastApi()
  const id = await anUploaded(api, 2)
  const { status, json } = await api.call('POST', `/broadcasts/${id}/send`)
  expect([status, json]).toEqual([200, { object: 'broadcast', id }])
  expect(api.woken()).toBe(1)
  const now = await api.call('GET', `/broadcasts/${id}`)
  expect(now.json).toMatchObject({
    status: 'queued',
    sent_at: '2026-11-24T10:00:00.000Z',
    progress: { state: 'sending', audience: 2, waiting: 2, estimated_end: expect.any(String) },
  })
  const again = await api.call('POST', `/broadcasts/${id}/send`, {})
  expect([again.status, again.json['message']]).toEqual([
    422,
    'Invalid `id` field. Only a draft or a scheduled broadcast can be sent. This one is sending.',
  ])
})

test('a scheduled broadcast can get another time, and canceled it is a draft again', async () => {
  const api = await aBroadcastApi()
  const id = await anUploaded(api, 1)
  for (const [words, at] of [
    ['in 1 hour', '2026-11-24T11:00:00.000Z'],
    ['2026-11-25T09:00:00+01:00', '2026-11-25T08:00:00.000Z'],
  ]) {
    const sent = await api.call('POST', `/broadcasts/${id}/send`, { scheduled_at: words })
    expect(sent.status).toBe(200)
    expect((await api.call('GET', `/broadcasts/${id}`)).json).toMatchObject({
      status: 'scheduled',
      scheduled_at: at,
    })
  }
  expect(api.woken()).toBe(0)
  expect((await api.call('POST', `/broadcasts/${id}/cancel`)).status).toBe(200)
  expect((await api.call('GET', `/broadcasts/${id}`)).json).toMatchObject({
    status: 'draft',
    scheduled_at: null,
    progress: { state: 'draft' },
  })
  const line = '{"email":"more@customer.dev"}'
  expect((await api.call('POST', `/broadcasts/${id}/recipients`, line)).status).toBe(200)
})

test('nobody is greeted without a name: what recipients lack is told before anything leaves', async () => {
  const api = await aBroadcastApi()
  const html = '<p>Hi {{{FIRST_NAME}}} of {{ company.city }}, {{ plan | default: "you" }}</p>'
  const id = await anUploaded(api, 0, { html })
  const lines = [
    { email: 'a@customer.dev', name: 'Ada', variables: { company: { city: 'Paris' } } },
    { email: 'b@customer.dev', variables: { FIRST_NAME: '', company: {} } },
    { email: 'c@customer.dev', variables: { FIRST_NAME: 'Carl', company: { city: ' ' } } },
  ]
  const upload = async () =>
    api.call('POST', `/broadcasts/${id}/recipients`, lines.map((l) => JSON.stringify(l)).join('\n'))
  await upload()
  const { status, json } = await api.call('POST', `/broadcasts/${id}/send`)
  expect([status, json['message']]).toEqual([
    422,
    'Invalid `variables` field. Missing, and the template has no fallback: `company.city` of 2 recipients, `FIRST_NAME` of 1 recipients.',
  ])
  expect((await api.call('GET', `/broadcasts/${id}`)).json['status']).toBe('draft')
  lines[1] = { email: 'b@customer.dev', name: 'Bob', variables: { company: { city: 'Rome' } } }
  lines[2] = { email: 'c@customer.dev', variables: { FIRST_NAME: 'C', company: { city: 'Bonn' } } }
  await upload()
  expect((await api.call('POST', `/broadcasts/${id}/send`)).status).toBe(200)
})

test('what is missing inside of lists and behind conditions is told as well', async () => {
  const api = await aBroadcastApi()
  const html = `{% for order in orders %}{{ order.total }}{% endfor %}{% if vip or team %}{{ team }}{% endif %}
    <p>Dear {{ names | join: ", " }}</p><a href="{{{RESEND_UNSUBSCRIBE_URL}}}">Leave</a>`
  const id = await anUploaded(api, 0, { html })
  const whole = { orders: [{ total: 5 }], names: ['Ada', 'Bob'], vip: true, team: 'A' }
  const people = [
    whole,
    { ...whole, orders: [], vip: undefined, team: undefined },
    { ...whole, orders: [{ total: 5 }, { totl: 6 }] },
    { ...whole, names: [] },
    { ...whole, names: ['', null], orders: [{}] },
    { ...whole, team: undefined },
    { ...whole, orders: 'five' },
  ]
  const upload = async (variables: object[]) => {
    const lines = variables.map((each, n) =>
      JSON.stringify({ email: `p${n}@customer.dev`, variables: each }),
    )
    await api.call('POST', `/broadcasts/${id}/recipients`, lines.join('\n'))
  }
  await upload(people)
  await env.DB.prepare(
    "INSERT INTO suppressions (address, reason, origin, created_at) VALUES ('p3@customer.dev', 'manual', 'manual', 1)",
  ).run()
  const preflight = await api.call('GET', `/broadcasts/${id}/preflight`)
  expect(preflight.json).toMatchObject({
    ready: false,
    audience: 7,
    sendable: 2,
    skipped: { suppressed: 1, missing_variable: 4 },
    missing_variables: [
      { name: 'order.total', recipients: 3 },
      { name: 'names', recipients: 2 },
      { name: 'team', recipients: 1 },
    ],
  })
  const { status, json } = await api.call('POST', `/broadcasts/${id}/send`)
  expect([status, json['message']]).toEqual([
    422,
    'Invalid `variables` field. Missing, and the template has no fallback: `order.total` of 3 recipients, `names` of 2 recipients, `team` of 1 recipients.',
  ])
  for (const [n] of people.entries()) {
    const to = [`p${n}@customer.dev`]
    expect((await api.call('POST', `/broadcasts/${id}/test`, { to })).status).toBe(
      n < 2 ? 200 : 422,
    )
  }
  await upload(people.map(() => ({ ...whole, team: { name: 'A' } })))
  expect((await api.call('POST', `/broadcasts/${id}/send`)).json['message']).toBe(
    'The template fails. For 7 recipients: An object cannot be printed, only its properties.',
  )
  await upload(people.map(() => whole))
  expect((await api.call('POST', `/broadcasts/${id}/send`)).status).toBe(200)
})

test('what is passed over need not be there', async () => {
  const api = await aBroadcastApi()
  const html = `<p>Hi {{ nick | default: first }} {% if vip %}of {{ team }}{% endif %}</p>
    <a href="{{{RESEND_UNSUBSCRIBE_URL}}}">Leave</a>`
  const id = await anUploaded(api, 0, { html })
  const upload = async (variables: object[]) => {
    const lines = variables.map((each, n) =>
      JSON.stringify({ email: `p${n}@customer.dev`, variables: each }),
    )
    await api.call('POST', `/broadcasts/${id}/recipients`, lines.join('\n'))
  }
  await upload([{ nick: 'A' }, { first: 'B' }, { vip: true, nick: 'C' }, { team: 'D' }])
  const { json } = await api.call('GET', `/broadcasts/${id}/preflight`)
  expect(json).toMatchObject({
    ready: false,
    sendable: 2,
    missing_variables: expect.arrayContaining([
      { name: 'team', recipients: 1 },
      { name: 'first', recipients: 1 },
    ]),
  })
  expect((await api.call('POST', `/broadcasts/${id}/send`)).status).toBe(422)
  await upload([{ nick: 'A' }, { first: 'B' }, { vip: true, nick: 'C', team: 'D' }, { nick: 'D' }])
  expect((await api.call('POST', `/broadcasts/${id}/send`)).status).toBe(200)
})

test('who was erased out of a draft is left out, and keeps nobody else from getting it', async () => {
  const api = await aBroadcastApi()
  const html = `<p>Hi {{{FIRST_NAME}}} {% for order in orders %}{{ order.total }}{% endfor %}</p>
    <a href="{{{RESEND_UNSUBSCRIBE_URL}}}">Leave</a>`
  const id = await anUploaded(api, 0, { html })
  const addresses = ['gone@customer.dev', 'b@customer.dev']
  const lines = addresses.map((email) =>
    JSON.stringify({ email, name: 'Ada', variables: { orders: [] } }),
  )
  await api.call('POST', `/broadcasts/${id}/recipients`, lines.join('\n'))
  const [address = ''] = addresses
  const emails = await emailsOf(env.DB, address)
  await erase(env.DB, { address, hash: 'its hash', contact: null, emails }, NOW)
  const preflight = await api.call('GET', `/broadcasts/${id}/preflight`)
  expect(preflight.json).toMatchObject({
    ready: true,
    problems: [],
    audience: 2,
    sendable: 1,
    skipped: { suppressed: 1, missing_variable: 0 },
    missing_variables: [],
  })
  expect((await api.call('POST', `/broadcasts/${id}/send`)).status).toBe(200)
  expect((await api.call('GET', `/broadcasts/${id}`)).json['progress']).toMatchObject({
    audience: 2,
    waiting: 1,
    skipped: { total: 1, suppressed: 1 },
  })
  await env.DB.prepare('DELETE FROM erased').run()
})

test('without recipients nothing is sent', async () => {
  const api = await aBroadcastApi()
  const id = await anUploaded(api, 0)
  const { status, json } = await api.call('POST', `/broadcasts/${id}/send`)
  expect([status, json['message']]).toEqual([
    422,
    'Invalid `id` field. The broadcast has no recipients: upload them first.',
  ])
})

test('a recipient that comes between the check and the send still counts', async () => {
  const api = await aBroadcastApi()
  const id = await anUploaded(api, 1, { html: '<p>{{{FIRST_NAME}}}</p>' })
  await uploadRecipients(env.DB, id, [{ address: 'x@customer.dev', name: null, variables: null }])
  expect((await api.call('POST', `/broadcasts/${id}/send`)).status).toBe(422)
})

test('pause and resume are asked twice as well as once', async () => {
  const api = await aBroadcastApi()
  const id = await anUploaded(api, 1)
  const early = await api.call('POST', `/broadcasts/${id}/pause`)
  expect([early.status, early.json['message']]).toEqual([
    422,
    'Invalid `id` field. Only a broadcast that is sending can be paused. This one is draft.',
  ])
  await api.call('POST', `/broadcasts/${id}/send`)
  const states: unknown[] = []
  for (const word of ['pause', 'pause', 'resume', 'resume']) {
    expect((await api.call('POST', `/broadcasts/${id}/${word}`)).status).toBe(200)
    const { status, progress } = (await api.call('GET', `/broadcasts/${id}`)).json
    states.push([status, progress])
  }
  expect(states).toMatchObject([
    ['queued', { state: 'paused', reason: 'paused by hand' }],
    ['queued', { state: 'paused' }],
    ['queued', { state: 'sending', reason: null }],
    ['queued', { state: 'sending' }],
  ])
  expect(api.woken()).toBe(2)
})

test('a braked broadcast says why and is resumed by a person', async () => {
  const api = await aBroadcastApi()
  const id = await anUploaded(api, 1)
  await api.call('POST', `/broadcasts/${id}/send`)
  await brakeBroadcast(env.DB, id, NOW, '9 % of 500 emails bounced for good; the limit is 8 %')
  expect((await api.call('GET', `/broadcasts/${id}`)).json).toMatchObject({
    status: 'queued',
    progress: { state: 'braked', reason: expect.stringContaining('bounced for good') },
  })
  expect((await api.call('POST', `/broadcasts/${id}/resume`)).status).toBe(200)
  expect((await api.call('GET', `/broadcasts/${id}`)).json).toMatchObject({
    progress: { state: 'sending', reason: null },
    brake: { min_sent: 500 },
  })
})

test('canceled under way it reads failed, and who waited is skipped at once', async () => {
  const api = await aBroadcastApi()
  const id = await anUploaded(api, 3)
  await api.call('POST', `/broadcasts/${id}/send`)
  await env.DB.prepare(
    `UPDATE emails SET state = 'sent', evidence_at = 1 WHERE broadcast_id = ?1 AND address LIKE 'person0@%'`,
  )
    .bind(id)
    .run()
  for (const status of [200, 200]) {
    expect((await api.call('POST', `/broadcasts/${id}/cancel`)).status).toBe(status)
  }
  expect((await api.call('GET', `/broadcasts/${id}`)).json).toMatchObject({
    status: 'failed',
    progress: {
      state: 'canceled',
      audience: 3,
      sent: 1,
      skipped: { total: 2, canceled: 2 },
      waiting: 0,
    },
  })
})

test('a quota that is spent is told with the time at which it goes on', async () => {
  const api = await aBroadcastApi({
    broadcasts: {
      governor: {
        state: async () => ({
          account: null,
          rate: 10,
          quota: { limit: 100, room: 0 },
          stopped: 'quota spent',
          resumesInMs: 60_000,
        }),
        work: async () => {},
      },
    },
  })
  const id = await anUploaded(api, 1)
  await api.call('POST', `/broadcasts/${id}/send`)
  expect((await api.call('GET', `/broadcasts/${id}`)).json).toMatchObject({
    progress: {
      waiting_for: { reason: 'quota spent', until: '2026-11-24T10:01:00.000Z' },
    },
  })
})

test.each([' ', '\t', '\u00a0', '\u2003 '])('a greeting of %j is none', async (blank) => {
  const api = await aBroadcastApi()
  const line = JSON.stringify({ email: 'a@customer.dev', variables: { FIRST_NAME: blank } })
  const kind = await anUploaded(api, 0, { html: '<p>Hello {{{FIRST_NAME|there}}}!</p>' })
  await api.call('POST', `/broadcasts/${kind}/recipients`, line)
  const preview = await api.call('GET', `/broadcasts/${kind}/preview?email=a@customer.dev`)
  expect(preview.json['html']).toBe('<p>Hello there!</p>')
  const strict = await anUploaded(api, 0, { html: '<p>Hello {{ FIRST_NAME }}!</p>' })
  await api.call('POST', `/broadcasts/${strict}/recipients`, line)
  expect((await api.call('POST', `/broadcasts/${strict}/send`)).status).toBe(422)
})

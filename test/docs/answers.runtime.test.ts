import { env, exports } from 'cloudflare:workers'
import { beforeAll, expect, test } from 'vitest'
import { keepDeadLetter } from '../../src/db/keep-dead-letter.ts'
import { aJob } from '../support/accepted-emails.ts'
import { anApiKey } from '../support/an-api.ts'
import { type Documented, documented } from '../support/documented.ts'
import { answerOutbound } from '../support/outbound.ts'

const ORIGIN = 'https://mail.aerogram.dev'

let document: Documented
let key: string
/** Calls of which a good answer was held to the document. */
const held = new Set<string>()

beforeAll(async () => {
  document = await documented((request) => exports.default.fetch(request))
})

/** Makes the call `POST /things/{id}` and holds its answer to what the document says of it. */
async function ask(
  call: string,
  { body, query = '', ...path }: Record<string, unknown> = {},
): Promise<{ status: number; json: Record<string, unknown> }> {
  const [method = '', pattern = ''] = call.split(' ')
  const target = pattern.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(path[name]))
  const response = await exports.default.fetch(
    new Request(`${ORIGIN}${target}${String(query)}`, {
      method,
      headers: { authorization: `Bearer ${key}` },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    }),
  )
  const json = await response.json<Record<string, unknown>>()
  const faults = document.faults(call, response.status, json)
  if (faults.length > 0) throw new Error(faults.join('\n'))
  if (response.ok) held.add(call)
  return { status: response.status, json }
}

test('what is answered of emails is what the document says', async () => {
  key = await anApiKey('full_access')
  const email = {
    from: 'Acme <hello@acme.dev>',
    to: ['ada@customer.dev', 'bob@customer.dev'],
    cc: 'eve@customer.dev',
    subject: 'Hi',
    html: '<p>Hi</p>',
    tags: [{ name: 'a', value: 'b' }],
    scheduled_at: 'in 20 hours',
    attachments: [{ filename: 'a.txt', content: 'aGk=', content_id: 'a' }],
  }
  const { json } = await ask('POST /emails', { body: email })
  const id = json['id']
  const { json: attached } = await ask('GET /emails/{id}/attachments', { id })
  const attachment: string = Object(attached).data[0].id
  await ask('GET /emails/{id}/attachments/{attachment}', { id, attachment })
  await ask('GET /emails/metrics', { query: '?dimensions=period,domain' })
  await ask('POST /emails/batch', { body: [{ ...email, to: 'ada@customer.dev', cc: [] }] })
  await ask('GET /emails', { query: '?limit=2' })
  await ask('GET /emails/{id}', { id })
  await ask('PATCH /emails/{id}', { id, body: { scheduled_at: 'in 19 hours' } })
  await ask('GET /-/emails/{id}/events', { id })
  await ask('POST /emails/{id}/cancel', { id })
  await env.DB.prepare("UPDATE emails SET state = 'unknown' WHERE id = ?1").bind(id).run()
  expect((await ask('POST /-/emails/{id}/settle', { id, body: { as: 'sent' } })).status).toBe(200)
  expect((await ask('POST /-/emails/{id}/settle', { id, body: { as: 'sent' } })).status).toBe(422)
  expect((await ask('POST /emails', { body: { from: 1 } })).status).toBe(422)
  expect((await ask('POST /emails', { body: '{' })).status).toBe(400)
  expect((await ask('GET /emails/{id}', { id: 'nobody' })).status).toBe(404)
  key = 're_nobody'
  expect((await ask('GET /emails')).status).toBe(403)
})

test('what is answered of templates is what the document says', async () => {
  key = await anApiKey('full_access')
  const template = { name: 'A', alias: 'a', html: '<p>{{{B}}}</p>', reply_to: 'a@acme.dev' }
  const variables = [
    { key: 'B', type: 'list', fallback_value: [1] },
    { key: 'C', type: 'string' },
  ]
  const { json } = await ask('POST /templates', { body: { ...template, variables } })
  const id = json['id']
  await ask('POST /templates/{id}/publish', { id })
  await ask('PATCH /templates/{id}', { id, body: { subject: 'B' } })
  const { json: read } = await ask('GET /templates/{id}', { id: 'a' })
  await ask('GET /templates')
  await ask('GET /templates/{id}/versions', { id })
  await ask('GET /templates/{id}/versions/{version}', { id, version: read['current_version_id'] })
  await ask('POST /templates/{id}/duplicate', { id })
  expect((await ask('DELETE /templates/{id}', { id })).status).toBe(200)
})

test('what is answered of broadcasts is what the document says', async () => {
  key = await anApiKey('full_access')
  const draft = {
    name: 'November',
    from: 'Acme <news@acme.dev>',
    subject: 'News',
    html: '<p>Hi {{{FIRST_NAME|there}}}</p><a href="{{{RESEND_UNSUBSCRIBE_URL}}}">Leave</a><a href="nowhere">x</a>',
    reply_to: 'help@acme.dev',
    tags: [{ name: 'a', value: 'b' }],
    attachments: [{ filename: 'a.txt', content: 'YQ==' }],
    canary: { count: 1, wait_seconds: 60 },
  }
  const { json } = await ask('POST /broadcasts', { body: draft })
  const id = json['id']
  await ask('PATCH /broadcasts/{id}', { id, body: { preview_text: 'Soon' } })
  await ask('POST /broadcasts/{id}/recipients', {
    id,
    body: '{"email":"ada@customer.dev"}\n{"a":1}',
  })
  await ask('GET /broadcasts/{id}/preflight', { id })
  await ask('GET /broadcasts/{id}/preview', { id, query: '?email=ada@customer.dev' })
  await ask('POST /broadcasts/{id}/test', { id, body: { to: 'bob@customer.dev' } })
  await ask('POST /broadcasts/{id}/send', { id, body: { scheduled_at: 'in 20 hours' } })
  await ask('GET /broadcasts/{id}', { id })
  await ask('POST /broadcasts/{id}/cancel', { id })
  await env.DB.prepare("UPDATE broadcasts SET state = 'sending', started_at = 1 WHERE id = ?1")
    .bind(id)
    .run()
  await ask('POST /broadcasts/{id}/pause', { id })
  await ask('POST /broadcasts/{id}/resend', { id, body: { to: 'failed' } })
  await ask('POST /broadcasts/{id}/resume', { id })
  key = await anApiKey('full_access')
  const emails = await env.DB.prepare(
    `UPDATE emails SET first_click_at = 5, evidence_at = 4, pixel_open_at = 5, transient_bounce_at = 6
     WHERE broadcast_id = ?1 RETURNING id`,
  )
    .bind(id)
    .first<{ id: string }>()
  await env.DB.prepare(
    `INSERT INTO events (email_id, key, type, at, recorded_at, recording, detail)
     VALUES (?1, 'k', 'click', 5, 5, 'r', '{"link":"https://acme.dev/","source":"ses"}')`,
  )
    .bind(emails?.id)
    .run()
  await ask('GET /broadcasts/{id}', { id })
  for (const type of ['', 'opened', 'clicked', 'bounced']) {
    await ask('GET /broadcasts/{id}/recipients', { id, query: `?type=${type}` })
  }
  const links = await ask('GET /broadcasts/{id}/clicked-links', { id })
  expect(links.json['data']).toHaveLength(1)
  await ask('GET /broadcasts/{id}/ledger', { id })
  await ask('GET /broadcasts')
  const copy = await ask('POST /broadcasts/{id}/duplicate', { id })
  await ask('DELETE /broadcasts/{id}', { id: copy.json['id'] })
})

test('what operators are answered is what the document says', async () => {
  key = await anApiKey('full_access')
  await ask('POST /-/sending/pause')
  await ask('GET /health')
  await ask('POST /-/sending/resume')
  await keepDeadLetter(env.DB, {
    jobId: 'a job',
    queue: 'aerogram-test-send',
    body: JSON.stringify(aJob(['0199f5b2-7c00-7abc-8def-0123456789ab'])),
    reason: 'every delivery failed',
    attempts: 100,
    queuedAt: 1,
    now: 2,
  })
  const { json } = await ask('GET /-/dead-letters')
  const [letter]: { id: string }[] = Object(json['data'])
  const id = letter?.id
  await ask('POST /-/dead-letters/{id}/retry', { id })
  expect((await ask('GET /openapi.json')).status).toBe(200)
})

test('what is answered of suppressions is what the document says', async () => {
  const body = { email: 'sup@customer.dev', reason: 'asked' }
  const { json } = await ask('POST /suppressions', { body })
  await ask('POST /suppressions/batch/add', { body: { emails: ['b@customer.dev'] } })
  await ask('GET /suppressions')
  await ask('GET /suppressions/{id}', { id: 'sup@customer.dev' })
  await ask('DELETE /suppressions/{id}', { id: json['id'] })
  await ask('POST /suppressions/batch/remove', { body: { emails: ['b@customer.dev'] } })
  await ask('POST /suppressions/import', { body: '{"email":"c@customer.dev"}\n{}' })
  expect((await ask('GET /suppressions/{id}', { id: 'd@customer.dev' })).status).toBe(404)
})

test('what is answered of API keys is what the document says', async () => {
  const { json } = await ask('POST /api-keys', { body: { name: 'Shop' } })
  await ask('GET /api-keys')
  await ask('PATCH /api-keys/{id}', { id: json['id'], body: { name: 'Shop 2' } })
  expect((await ask('DELETE /api-keys/{id}', { id: json['id'] })).status).toBe(200)
})

test('what is answered of domains is what the document says', async () => {
  const ses = 'https://email.eu-west-1.amazonaws.com/v2/email/identities'
  const identity = JSON.stringify({
    DkimAttributes: { Status: 'PENDING', Tokens: ['a', 'b', 'c'] },
  })
  for (const path of ['', '/doc.dev', '/doc.dev/mail-from']) {
    await answerOutbound(ses + path, identity)
  }
  const { json } = await ask('POST /domains', { body: { name: 'doc.dev' } })
  await ask('GET /domains')
  await ask('GET /domains/{id}', { id: json['id'] })
  await ask('PATCH /domains/{id}', { id: json['id'], body: { open_tracking: false } })
  await ask('POST /domains/{id}/verify', { id: json['id'] })
  expect((await ask('DELETE /domains/{id}', { id: json['id'] })).status).toBe(200)
})

test('every call of these objects was made', () => {
  const mine =
    /^\S+ \/(emails|broadcasts|templates|suppressions|api-keys|domains|-\/(emails|sending)|health|openapi)\b/
  expect(
    document.calls.filter((call) => mine.test(call) && !call.endsWith('.csv') && !held.has(call)),
  ).toEqual([])
})

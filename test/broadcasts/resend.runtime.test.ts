import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { emailIdOf } from '../../src/db/broadcasts/upload-recipients.ts'
import { type ABroadcastApi, aBroadcastApi, anUploaded } from '../support/a-broadcast-api.ts'
import { NOW, row } from '../support/an-api.ts'

async function sentTo(api: ABroadcastApi, people: number, fields = {}): Promise<string> {
  const id = await anUploaded(api, people, fields)
  await api.call('POST', `/broadcasts/${id}/send`)
  await env.DB.prepare(`UPDATE broadcasts SET state = 'sent' WHERE id = ?1`).bind(id).run()
  await env.DB.prepare(`UPDATE emails SET state = 'sent', evidence_at = 1 WHERE broadcast_id = ?1`)
    .bind(id)
    .run()
  return id
}

const personOf = (id: string, person: number) => emailIdOf(id, `person${person}@customer.dev`)

async function set(emailId: string, columns: Record<string, string | number | null>) {
  const names = Object.keys(columns)
  await env.DB.prepare(`UPDATE emails SET ${names.map((n) => `${n} = ?`).join(', ')} WHERE id = ?`)
    .bind(...Object.values(columns), emailId)
    .run()
}

const FAILED = { state: 'failed', evidence_at: null, reason: 'refused', refusals: 9 }

test('only those that provably failed go again, in their own rows', async () => {
  const api = await aBroadcastApi()
  const id = await sentTo(api, 6)
  await set(personOf(id, 0), { ...FAILED, attempt: 'a', attempt_number: 2 })
  await set(personOf(id, 1), { ...FAILED, doubted: 1 })
  await set(personOf(id, 2), { ...FAILED, evidence_at: 5 })
  await set(personOf(id, 3), { ...FAILED, state: 'unknown', doubted: 1 })
  await set(personOf(id, 4), { ...FAILED, state: 'suppressed' })
  const { status, json } = await api.call('POST', `/broadcasts/${id}/resend`, { to: 'failed' })
  expect([status, json]).toEqual([200, { object: 'broadcast', id, recipients: 1 }])
  expect(api.jobs).toEqual([{ id: personOf(id, 0), recipients: 1, priority: 'bulk', dueAt: NOW }])
  expect(await row('emails', personOf(id, 0))).toMatchObject({
    state: 'queued',
    due_at: NOW,
    refusals: 0,
    attempt_number: 2,
    doubted: 0,
  })
  const again = await api.call('POST', `/broadcasts/${id}/resend`, { to: 'failed' })
  expect(again.json['recipients']).toBe(0)
})

test('those of whom nobody knows go again only by an explicit word', async () => {
  const api = await aBroadcastApi()
  const id = await sentTo(api, 2)
  await set(personOf(id, 0), {
    state: 'unknown',
    doubted: 1,
    evidence_at: null,
    attempt: 'a',
    attempt_number: 1,
    claimed_at: NOW,
  })
  const silent = await api.call('POST', `/broadcasts/${id}/resend`, { to: 'unknown' })
  expect([silent.status, silent.json['message']]).toEqual([
    422,
    expect.stringContaining('Invalid `confirm` field.'),
  ])
  const body = { to: 'unknown', confirm: true }
  const { json } = await api.call('POST', `/broadcasts/${id}/resend`, body)
  expect(json['recipients']).toBe(1)
  expect(await row('emails', personOf(id, 0))).toMatchObject({ state: 'queued', doubted: 1 })
  const attempt = await env.DB.prepare('SELECT outcome FROM attempts WHERE email_id = ?1')
    .bind(personOf(id, 0))
    .first()
  expect(attempt).toEqual({ outcome: 'resent by hand' })
  const event = await env.DB.prepare('SELECT type, detail FROM events WHERE email_id = ?1')
    .bind(personOf(id, 0))
    .first()
  expect(event).toEqual({ type: 'queued', detail: '{"reason":"resent by hand"}' })
})

test('those who have not opened get a broadcast of their own, those who left do not', async () => {
  const api = await aBroadcastApi()
  const id = await sentTo(api, 10, {
    attachments: [{ filename: 'a.txt', content: 'aGVsbG8=' }],
    topic_id: '78261eea-8f8b-4381-83c6-79fa7120f1cf',
  })
  await set(personOf(id, 1), { ses_open_at: 5 })
  await set(personOf(id, 2), { pixel_open_at: 5 })
  await set(personOf(id, 3), { first_click_at: 5 })
  await set(personOf(id, 4), { permanent_bounce_at: 5 })
  await set(personOf(id, 5), { complained_at: 5 })
  await set(personOf(id, 6), { state: 'failed', evidence_at: null })
  await env.DB.prepare(
    `INSERT INTO unsubscribes (address, topic_id, created_at)
     VALUES ('person7@customer.dev', '78261eea-8f8b-4381-83c6-79fa7120f1cf', 1)`,
  ).run()
  await env.DB.prepare(
    `INSERT INTO suppressions (address, reason, origin, created_at, until)
     VALUES ('person8@customer.dev', 'paused', 'bounce', 1, ?1), ('person9@customer.dev', 'paused', 'bounce', 1, ?1 + 1)`,
  )
    .bind(NOW)
    .run()
  const { status, json } = await api.call('POST', `/broadcasts/${id}/resend`, { to: 'unopened' })
  expect([status, json]).toEqual([
    200,
    { object: 'broadcast', id: expect.any(String), parent_id: id, recipients: 2 },
  ])
  const child = String(json['id'])
  expect(child).not.toBe(id)
  const made = await api.call('GET', `/broadcasts/${child}`)
  expect(made.json).toMatchObject({
    status: 'draft',
    parent_id: id,
    topic_id: '78261eea-8f8b-4381-83c6-79fa7120f1cf',
    progress: { audience: 2 },
  })
  const { results } = await env.DB.prepare(
    'SELECT address, name, variables FROM emails WHERE broadcast_id = ?1 ORDER BY address',
  )
    .bind(child)
    .all()
  expect(results).toEqual([
    { address: 'person0@customer.dev', name: 'Ada 0', variables: '{"n":0}' },
    { address: 'person8@customer.dev', name: 'Ada 8', variables: '{"n":8}' },
  ])
  expect(await (await env.FILES.get(`broadcasts/${child}/attachment-0`))?.text()).toBe('hello')
  const sent = await api.call('POST', `/broadcasts/${id}/resend`, { to: 'unopened', send: true })
  const third = await api.call('GET', `/broadcasts/${String(sent.json['id'])}`)
  expect(third.json).toMatchObject({ status: 'queued', progress: { state: 'sending' } })
  await env.DB.prepare('DELETE FROM unsubscribes').run()
  await env.DB.prepare('DELETE FROM suppressions').run()
})

test('a request that is repeated after its answer was lost sends no second broadcast', async () => {
  const api = await aBroadcastApi()
  const id = await sentTo(api, 3)
  const path = `/broadcasts/${id}/resend`
  const body = { to: 'unopened', send: true }
  const asked = async (key: string | null, json: object = body) =>
    await api.call('POST', path, json, key === null ? {} : { 'idempotency-key': key })
  const [first, beside] = await Promise.all([asked(null), asked(null)])
  expect(first.json).toEqual({
    object: 'broadcast',
    id: expect.any(String),
    parent_id: id,
    recipients: 3,
  })
  expect(beside.json).toEqual(first.json)
  // One of them opens the first; the answer stays what it was.
  await set(personOf(id, 0), { ses_open_at: 5 })
  expect((await asked(null)).json).toEqual(first.json)
  expect(await children(id)).toBe(1)
  const named = await asked('november-2')
  expect(named.json).toMatchObject({ parent_id: id, recipients: 2 })
  expect(named.json['id']).not.toBe(first.json['id'])
  expect((await asked('november-2')).json).toEqual(named.json)
  expect((await asked('november-2', { ...body, name: 'Other' })).status).toBe(409)
  expect(await children(id)).toBe(2)
  api.clock.now += 24 * 60 * 60 * 1000
  expect((await asked(null)).json['id']).not.toBe(first.json['id'])
})

test('a request that was cut off is gone on with, and what was deleted is made anew', async () => {
  const api = await aBroadcastApi()
  const id = await sentTo(api, 3)
  const resend = async (send: boolean) =>
    (await api.call('POST', `/broadcasts/${id}/resend`, { to: 'unopened', send })).json['id']
  const child = String(await resend(false))
  await env.DB.prepare('DELETE FROM emails WHERE broadcast_id = ?1 AND id > ?2')
    .bind(child, child)
    .run()
  expect(await resend(true)).toBe(child)
  expect((await api.call('GET', `/broadcasts/${child}`)).json).toMatchObject({
    progress: { state: 'sending', audience: 3 },
  })
  const other = await sentTo(api, 1)
  const again = async () =>
    (await api.call('POST', `/broadcasts/${other}/resend`, { to: 'unopened' })).json['id']
  const draft = String(await again())
  await api.call('DELETE', `/broadcasts/${draft}`)
  const anew = String(await again())
  expect(anew).not.toBe(draft)
  expect(await again()).toBe(anew)
})

async function children(id: string): Promise<unknown> {
  return await env.DB.prepare('SELECT count(*) AS n FROM broadcasts WHERE parent_id = ?1')
    .bind(id)
    .first('n')
}

test('what was never sent, and what was canceled, is not sent again', async () => {
  const api = await aBroadcastApi()
  const draft = await anUploaded(api, 1)
  for (const to of ['failed', 'unopened']) {
    expect((await api.call('POST', `/broadcasts/${draft}/resend`, { to })).status).toBe(422)
  }
  const id = await sentTo(api, 1)
  await env.DB.prepare(`UPDATE broadcasts SET state = 'canceled' WHERE id = ?1`).bind(id).run()
  const { json } = await api.call('POST', `/broadcasts/${id}/resend`, { to: 'failed' })
  expect(json['message']).toContain('A canceled broadcast is not sent again.')
})

test('a duplicate says the same to nobody yet', async () => {
  const api = await aBroadcastApi()
  const fields = { attachments: [{ filename: 'a.txt', content: 'aGVsbG8=' }], name: 'The first' }
  const id = await sentTo(api, 2, fields)
  const { status, json } = await api.call('POST', `/broadcasts/${id}/duplicate`)
  expect(status).toBe(201)
  const copy = await api.call('GET', `/broadcasts/${String(json['id'])}`)
  expect(copy.json).toMatchObject({
    name: 'The first',
    status: 'draft',
    parent_id: null,
    attachments: [{ filename: 'a.txt', size: 5 }],
    progress: { audience: 0 },
  })
})

test('a broadcast that goes again is under way: it waits, and can be paused and canceled', async () => {
  const api = await aBroadcastApi()
  const id = await sentTo(api, 2)
  await set(personOf(id, 0), FAILED)
  const woken = api.woken()
  await api.call('POST', `/broadcasts/${id}/resend`, { to: 'failed' })
  expect(api.woken()).toBe(woken + 1)
  expect((await api.call('GET', `/broadcasts/${id}`)).json).toMatchObject({
    status: 'queued',
    progress: { state: 'sending', waiting: 1, sent: 1, ended_at: null },
  })
  expect((await api.call('POST', `/broadcasts/${id}/pause`)).status).toBe(200)
  expect((await api.call('POST', `/broadcasts/${id}/cancel`)).status).toBe(200)
  expect((await api.call('GET', `/broadcasts/${id}`)).json).toMatchObject({
    progress: { state: 'canceled', waiting: 0, skipped: { total: 1, canceled: 1 } },
  })
})

async function broadcasts(): Promise<unknown> {
  return env.DB.prepare('SELECT count(*) AS n FROM broadcasts').first('n')
}

test('where everybody has opened it there is nobody to send it to, and no draft is left behind', async () => {
  const api = await aBroadcastApi()
  const id = await sentTo(api, 1)
  await set(personOf(id, 0), { ses_open_at: 5 })
  const before = await broadcasts()
  for (const send of [true, false]) {
    const body = { to: 'unopened', send }
    const { status, json } = await api.call('POST', `/broadcasts/${id}/resend`, body)
    expect([status, json['message']]).toEqual([
      422,
      'Invalid `to` field. There is nobody who got it and has not opened it.',
    ])
  }
  expect(await broadcasts()).toBe(before)
})

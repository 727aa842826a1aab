import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { notice } from '../../src/db/notice.ts'
import { feedEnds, readFeed } from '../../src/db/webhooks/read-feed.ts'
import { readToldEvents } from '../../src/db/webhooks/read-told-events.ts'
import { webhookEvents } from '../../src/domain/webhook-body.ts'
import { displayedHeader } from '../../src/http/mailbox.ts'
import { aWebhookApi } from '../support/a-webhook-api.ts'
import type { AnApi } from '../support/an-api.ts'
import { aMailEvent, NOW } from '../support/lifecycle.ts'
import { claimed, told } from '../support/record.ts'
import { anEmailToSeveral, clear } from '../support/rows.ts'

beforeEach(clear)

interface Page {
  object: string
  has_more: boolean
  next: string
  data: { id: string; type: string; created_at: string; data: object }[]
}

async function ask(api: AnApi, query: Record<string, string> = {}): Promise<Page> {
  const search = new URLSearchParams(query).toString()
  const { status, json } = await api.call('GET', `/-/events${search === '' ? '' : `?${search}`}`)
  expect(status).toBe(200)
  // The shape is what the test is about.
  return JSON.parse(JSON.stringify(json))
}

async function aNotice(at = NOW): Promise<void> {
  await notice(env.DB, { type: 'contact.created', at, data: { id: String(at) } }).run()
}

/** Ten deliveries in one recorded batch. */
async function aBatch(): Promise<void> {
  const people = Array.from({ length: 10 }, (_, n) => `p${n}@example.net`)
  const { id } = await anEmailToSeveral(
    people.map((address) => ({ address })),
    { due_at: NOW - 1 },
  )
  const [attempt = ''] = await claimed([id])
  await told(people.map((recipient) => aMailEvent({ attempt, type: 'delivery', recipient })))
}

test('pages follow each other through rows of many and rows of none, each event once', async () => {
  const api = await aWebhookApi()
  await aNotice()
  await aBatch()
  await env.DB.prepare(`INSERT INTO feed (at, keys) VALUES (1, '[["gone","k"]]')`).run()
  await aBatch()
  await aNotice()
  const whole = await ask(api)
  expect([whole.object, whole.has_more, whole.data.length]).toEqual(['list', false, 22])
  const seen: string[] = []
  let page = await ask(api, { limit: '3' })
  for (;;) {
    seen.push(...page.data.map(({ id }) => id))
    if (!page.has_more) break
    page = await ask(api, { limit: '3', after: page.next })
  }
  expect(seen).toEqual(whole.data.map(({ id }) => id))
  expect(new Set(seen).size).toBe(22)
  await aNotice(NOW + 5)
  expect((await ask(api, { after: page.next })).data).toMatchObject([
    { type: 'contact.created', created_at: '2026-11-24T10:00:00.005Z' },
  ])
})

test('any event that was received stands for the place after it', async () => {
  const api = await aWebhookApi()
  await aBatch()
  const { data } = await ask(api)
  const later = await ask(api, { after: data[3]?.id ?? '' })
  expect(later.data).toEqual(data.slice(4))
})

test('the bodies are those that webhooks have', async () => {
  const api = await aWebhookApi()
  await aBatch()
  const rows = await readFeed(env.DB, 0, 10)
  const events = await readToldEvents(env.DB, rows)
  const wording = { region: 'eu-west-1', displayed: displayedHeader }
  const sent = rows.flatMap((row) => webhookEvents(row, events, wording))
  expect((await ask(api)).data).toEqual(
    sent.map(({ id, body }) => ({ id, ...JSON.parse(JSON.stringify(body)) })),
  )
})

test('a time finds its place, and nothing told yet is a place, too', async () => {
  const api = await aWebhookApi()
  const nothing = await ask(api)
  expect(nothing).toMatchObject({ has_more: false, data: [] })
  await aNotice(NOW)
  await aNotice(NOW + 10)
  expect((await ask(api, { after: nothing.next })).data).toHaveLength(2)
  const { data, next } = await ask(api, { since: '2026-11-24T10:00:00.001Z' })
  expect(data.map(({ data }) => data)).toEqual([{ id: String(NOW + 10) }])
  const after = await ask(api, { since: '2030-01-01T00:00:00Z' })
  expect([after.data, (await ask(api, { after: after.next })).data]).toEqual([[], []])
  expect((await ask(api, { after: next })).data).toEqual([])
})

test('what came after a place that is no longer kept, or of another history, is gone', async () => {
  const api = await aWebhookApi()
  for (let n = 0; n < 4; n += 1) await aNotice(NOW + n)
  const { data } = await ask(api)
  const [first = '', second = '', third = ''] = data.map(({ id }) => id)
  const { oldest } = await feedEnds(env.DB)
  await env.DB.prepare('DELETE FROM feed WHERE id <= ?1')
    .bind(oldest + 1)
    .run()
  const status = async (after: string) => (await api.call('GET', `/-/events?after=${after}`)).status
  expect([await status(first), await status(second), await status(third)]).toEqual([410, 200, 200])
  await env.DB.prepare('UPDATE feed SET at = at + 1').run()
  expect(await status(third)).toBe(410)
  expect(await status(third.replace(/msg_[0-9a-z]+/, 'msg_zzzzz'))).toBe(410)
})

test.each([
  ['after=evt_1', '`after`'],
  ['since=yesterday', '`since`'],
  ['limit=101', '`limit`'],
])('%s is refused by name', async (query, name) => {
  const api = await aWebhookApi()
  const { status, json } = await api.call('GET', `/-/events?${query}`)
  expect([status, json['name']]).toEqual([422, 'invalid_parameter'])
  expect(json['message']).toContain(name)
})

test('a key that may only send is told nothing', async () => {
  const api = await aWebhookApi({ scope: 'sending_access' })
  expect((await api.call('GET', '/-/events')).status).toBe(401)
})

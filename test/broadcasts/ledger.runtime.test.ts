import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { ledgerState } from '../../src/domain/ledger.ts'
import { STATES } from '../../src/domain/state.ts'
import { aBroadcastApi, anUploaded } from '../support/a-broadcast-api.ts'

type Columns = Record<string, string | number | null>

async function set(id: string, person: number, columns: Columns): Promise<void> {
  const names = Object.keys(columns)
  await env.DB.prepare(
    `UPDATE emails SET ${names.map((name) => `${name} = ?`).join(', ')}
     WHERE broadcast_id = ? AND address = ?`,
  )
    .bind(...Object.values(columns), id, `person${person}@customer.dev`)
    .run()
}

test('the ledger has every recipient in exactly one state, in progress and in its pages alike', async () => {
  const api = await aBroadcastApi()
  const facts = ['evidence_at', 'rejected_at', 'render_failed_at']
  const cases = STATES.flatMap((state) =>
    [0, 1].flatMap((doubted) =>
      [null, ...facts].map((fact) => ({
        state,
        doubted,
        evidence_at: fact === null ? null : 1,
        rejected_at: fact === 'rejected_at' ? 1 : null,
        render_failed_at: fact === 'render_failed_at' ? 1 : null,
      })),
    ),
  )
  const id = await anUploaded(api, cases.length)
  for (const [person, columns] of cases.entries()) await set(id, person, columns)
  for (const broadcast of ['sending', 'sent', 'canceled'] as const) {
    await env.DB.prepare('UPDATE broadcasts SET state = ?2 WHERE id = ?1').bind(id, broadcast).run()
    const { json } = await api.call('GET', `/broadcasts/${id}/ledger?limit=1000`)
    const entries = Array.isArray(json['data']) ? json['data'] : []
    const told = new Map(entries.map(({ email, state }) => [email, state]))
    const expected = cases.map((columns, person) => [
      `person${person}@customer.dev`,
      ledgerState({ ...columns, doubted: columns.doubted === 1 }, broadcast),
    ])
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(expected))

    const counted = Map.groupBy(told.values(), (state) => state)
    const { progress } = (await api.call('GET', `/broadcasts/${id}`)).json
    const of = (state: string) => counted.get(state)?.length ?? 0
    expect(progress).toMatchObject({
      audience: cases.length,
      sent: of('sent'),
      in_doubt: of('in_doubt'),
      unknown: of('unknown'),
      failed: of('failed'),
      skipped: { total: of('skipped') },
      waiting: of('waiting'),
    })
  }
})

test('who is skipped is counted by reason', async () => {
  const api = await aBroadcastApi()
  const id = await anUploaded(api, 4)
  const reasons = [
    'the address is suppressed',
    'the recipient has unsubscribed',
    'the recipient has unsubscribed',
    'the recipient policy of this environment',
  ]
  for (const [person, reason] of reasons.entries()) {
    await set(id, person, { state: 'suppressed', reason })
  }
  const { progress } = (await api.call('GET', `/broadcasts/${id}`)).json
  expect(progress).toMatchObject({
    skipped: { total: 4, suppressed: 1, unsubscribed: 2, recipient_policy: 1 },
  })
})

test('as a file the ledger is whole, and no cell is a formula', async () => {
  const api = await aBroadcastApi()
  const id = await anUploaded(api, 0)
  const count = 5001
  const lines = Array.from({ length: count }, (_, n) => `p${n}@customer.dev,"=1+1, ""x"""`)
  await api.call('POST', `/broadcasts/${id}/recipients`, `email,name\n${lines.join('\n')}`)
  const response = await api.fetch(
    new Request(`https://api.aerogram.test/broadcasts/${id}/ledger.csv`, {
      headers: { authorization: `Bearer ${api.key}` },
    }),
  )
  expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8')
  const rows = (await response.text()).trimEnd().split('\r\n')
  expect(rows).toHaveLength(count + 1)
  expect(rows[0]).toContain('id,email,name,state,status,reason')
  expect(new Set(rows.slice(1).map((row) => row.split(',')[1])).size).toBe(count)
  expect(rows[1]).toContain(`,"'=1+1, ""x""",waiting,queued,`)
})

test('recipients are asked for by what is true of them', async () => {
  const api = await aBroadcastApi()
  const id = await anUploaded(api, 8)
  await set(id, 0, { state: 'sent', evidence_at: 1 })
  await set(id, 1, { state: 'sent', evidence_at: 1, delivered_at: 2 })
  await set(id, 2, { state: 'sent', evidence_at: 1, pixel_open_at: 3, ses_open_at: 4 })
  await set(id, 3, { state: 'sent', evidence_at: 1, first_click_at: 5 })
  await set(id, 4, { state: 'sent', evidence_at: 1, permanent_bounce_at: 6 })
  await set(id, 5, { state: 'sent', evidence_at: 1, transient_bounce_at: 6, complained_at: 7 })
  await set(id, 6, { state: 'suppressed', reason: 'the address is suppressed' })
  await env.DB.prepare(
    `INSERT INTO unsubscribes (address, topic_id, source_id, created_at)
     SELECT address, '', id, 8 FROM emails WHERE broadcast_id = ?1 AND address LIKE 'person0@%'`,
  )
    .bind(id)
    .run()
  const people = async (query: string) => {
    const { json } = await api.call('GET', `/broadcasts/${id}/recipients?limit=100&${query}`)
    const data = Array.isArray(json['data']) ? json['data'] : []
    return data
      .map(({ email }) => String(/\d+/.exec(String(email))?.[0]))
      .toSorted((a, b) => a.localeCompare(b))
  }
  expect(await people('type=sent')).toEqual(['0', '1', '2', '3', '4', '5'])
  expect(await people('type=delivered')).toEqual(['1'])
  expect(await people('type=opened')).toEqual(['2'])
  expect(await people('type=clicked')).toEqual(['3'])
  expect(await people('type=bounced')).toEqual(['4', '5'])
  expect(await people('type=bounced&bounce_type=Permanent')).toEqual(['4'])
  expect(await people('type=complained')).toEqual(['5'])
  expect(await people('type=unsubscribed')).toEqual(['0'])
  expect(await people('type=suppressed')).toEqual(['6'])
  expect(await people('')).toEqual(['0', '1', '2', '3', '4', '5', '6', '7'])
  expect(await people('type=sent&email=Person3@customer.dev')).toEqual(['3'])
  const { status } = await api.call('GET', `/broadcasts/${id}/recipients?type=lost`)
  expect(status).toBe(422)
})

test('pages of recipients follow on each other without a gap', async () => {
  const api = await aBroadcastApi()
  const id = await anUploaded(api, 25)
  const seen: unknown[] = []
  let after = ''
  for (let page = 0; page < 3; page++) {
    const path = `/broadcasts/${id}/recipients?limit=10${after}`
    const { json } = await api.call('GET', path)
    const data = Array.isArray(json['data']) ? json['data'] : []
    seen.push(...data.map((entry) => entry.email))
    after = `&after=${data.at(-1)?.id}`
    expect(json['has_more']).toBe(page < 2)
  }
  expect(new Set(seen).size).toBe(25)
})

function idOf(list: Record<string, unknown>): string {
  return Array.isArray(list['data']) ? String(list['data'][0]?.id) : ''
}

test('clicked links are counted by click and by recipient', async () => {
  const api = await aBroadcastApi()
  const id = await anUploaded(api, 2)
  const click = (person: number, link: string, key: string) =>
    env.DB.prepare(
      `INSERT INTO events (email_id, key, type, at, recorded_at, recording, detail)
       SELECT id, ?3, 'click', 1, 1, 'r', json_object('link', ?4) FROM emails
       WHERE broadcast_id = ?1 AND address = ?2`,
    ).bind(id, `person${person}@customer.dev`, key, link)
  await env.DB.batch([
    click(0, 'https://acme.dev/a', '1'),
    click(0, 'https://acme.dev/a', '2'),
    click(1, 'https://acme.dev/a', '3'),
    click(1, 'https://acme.dev/b', '4'),
  ])
  const { json } = await api.call('GET', `/broadcasts/${id}/clicked-links`)
  const [a, b] = [
    { id: expect.any(String), url: 'https://acme.dev/a', clicks: 3, unique_clicks: 2 },
    { id: expect.any(String), url: 'https://acme.dev/b', clicks: 1, unique_clicks: 1 },
  ]
  expect(json).toEqual({ object: 'list', has_more: false, data: [a, b] })
  const page = async (query: string) =>
    (await api.call('GET', `/broadcasts/${id}/clicked-links?limit=1${query}`)).json
  const first = await page('')
  expect(first).toEqual({ object: 'list', has_more: true, data: [a] })
  const second = await page(`&after=${idOf(first)}`)
  expect(second).toEqual({ object: 'list', has_more: false, data: [b] })
  expect(await page(`&before=${idOf(second)}`)).toMatchObject({ data: [a] })
  const clicked = await api.call('GET', `/broadcasts/${id}/recipients?email=person1@customer.dev`)
  expect(clicked.json).toMatchObject({
    data: [{ contact_id: null, email: 'person1@customer.dev' }],
  })
  await set(id, 1, { first_click_at: 1 })
  const { json: people } = await api.call('GET', `/broadcasts/${id}/recipients?type=clicked`)
  expect(people).toMatchObject({
    data: [
      {
        email: 'person1@customer.dev',
        count: 2,
        clicked_links: [
          { url: 'https://acme.dev/a', clicks: 1 },
          { url: 'https://acme.dev/b', clicks: 1 },
        ],
      },
    ],
  })
})

import { env } from 'cloudflare:workers'
import { beforeAll, expect, test } from 'vitest'
import { METRICS } from '../../src/domain/metrics.ts'
import { firstIdAt } from '../../src/domain/id.ts'
import { type AnApi, anApi, NOW } from '../support/an-api.ts'
import { clear } from '../support/rows.ts'

const HOUR = 60 * 60 * 1000
const DAY = 24 * HOUR
const BROADCAST = firstIdAt(NOW - 3 * DAY)
const DOMAIN = '0192d3a4-0000-7000-8000-00000000000a'

let api: AnApi
let made = 0

async function anEmail(
  at: number,
  columns: Record<string, string | number>,
  sender = 'a@acme.dev',
) {
  const id = firstIdAt(at).slice(0, -4) + String((made += 1)).padStart(4, '0')
  const row = {
    id,
    content_id: id,
    priority: 'normal',
    doubt_policy: 'hold',
    state: 'sent',
    ...columns,
  }
  const names = Object.keys(row)
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO emails (${names.join(', ')}) VALUES (${names.map((_, n) => `?${n + 1}`).join(', ')})`,
    ).bind(...Object.values(row)),
    env.DB.prepare(
      `INSERT INTO contents (id, last_email_id, sender, subject) VALUES (?1, ?1, ?2, 'Hi')`,
    ).bind(id, sender),
  ])
  return id
}

async function anEvent(emailId: string, key: string, type: string, detail = {}) {
  await env.DB.prepare(
    `INSERT INTO events (email_id, key, type, at, recorded_at, recording, detail) VALUES (?1, ?2, ?3, 1, 1, 'r', ?4)`,
  )
    .bind(emailId, key, type, JSON.stringify(detail))
    .run()
}

beforeAll(async () => {
  await clear()
  api = await anApi()
  const at = 1
  const fine = { evidence_at: at, delivered_at: at }
  const yesterday = NOW - DAY
  await anEmail(yesterday, { ...fine, ses_open_at: at, pixel_open_at: at, first_click_at: at })
  await anEmail(yesterday, { ...fine, complained_at: at }, '"x@y" <b@other.dev>')
  const soft = await anEmail(NOW - HOUR, {
    evidence_at: at,
    transient_bounce_at: at,
    delay_first_at: at,
  })
  await anEvent(soft, 'k', 'bounce', { bounceType: 'Undetermined' })
  await anEmail(NOW - HOUR, { evidence_at: at, permanent_bounce_at: at })
  const left = await anEmail(NOW - 3 * DAY, { ...fine, broadcast_id: BROADCAST })
  await anEvent(left, 'local:unsubscribe:', 'unsubscribe')
  await anEmail(NOW - 3 * DAY, { state: 'suppressed', broadcast_id: BROADCAST })
  await anEmail(NOW - HOUR, { state: 'failed' })
  // Neither of the last days, nor a canary.
  await anEmail(NOW - 7 * DAY, fine)
  await anEmail(NOW - HOUR, { ...fine, canary: 1 })
  await env.DB.prepare(
    `INSERT INTO domains (id, name, created_at, return_path, dkim_tokens, dkim_status, mail_from_status, tls)
     VALUES (?1, 'acme.dev', 1, 'send', '[]', 'SUCCESS', 'SUCCESS', 'opportunistic')`,
  )
    .bind(DOMAIN)
    .run()
})

async function ask(query: string): Promise<Record<string, unknown>> {
  const { status, json } = await api.call('GET', `/emails/metrics?${query}`)
  expect([status, json['message']]).toEqual([200, undefined])
  return json
}

test('all metrics of the last six days are told by default', async () => {
  const answer = await ask('')
  expect(answer).toEqual({
    object: 'metrics',
    start_date: new Date(NOW - 6 * DAY).toISOString(),
    end_date: new Date(NOW).toISOString(),
    metrics: [...METRICS],
    dimensions: [],
    granularity: 'daily',
    totals: {
      received: 0,
      sent: 5,
      delivered: 3,
      complained: 1,
      suppressed: 1,
      bounced: 2,
      bounced_transient: 0,
      bounced_permanent: 1,
      bounced_undetermined: 1,
      opened: 1,
      clicked: 1,
      unsubscribed: 1,
      delivery_delayed: 1,
      failed: 1,
      unique_opened: 1,
      unique_clicked: 1,
      delivery_rate: 0.6,
      open_rate: 0.3333,
      click_rate: 0.3333,
      bounce_rate: 0.4,
      complaint_rate: 0.3333,
      unsubscribe_rate: 0.3333,
    },
  })
})

test('they are told by period, the empty ones aside', async () => {
  const { data, totals } = await ask('dimensions=period&metrics=sent,failed')
  expect(data).toEqual([
    { period: '2026-11-21T00:00:00.000Z', sent: 1, failed: 0 },
    { period: '2026-11-23T00:00:00.000Z', sent: 2, failed: 0 },
    { period: '2026-11-24T00:00:00.000Z', sent: 2, failed: 1 },
  ])
  expect(totals).toEqual({ sent: 5, failed: 1 })
})

test('they are told by domain, broadcast and email, and only of those asked for', async () => {
  const byDomain = await ask('dimensions=domain&metrics=delivered')
  expect(byDomain['data']).toEqual([
    { domain_id: DOMAIN, domain_name: 'acme.dev', delivered: 2 },
    { domain_name: 'other.dev', delivered: 1 },
  ])
  expect((await ask(`domain_id=${DOMAIN}&metrics=delivered`))['totals']).toEqual({ delivered: 2 })
  const byBroadcast = await ask('dimensions=broadcast&metrics=sent,unsubscribed,suppressed')
  expect(byBroadcast['data']).toEqual([
    { broadcast_id: BROADCAST, broadcast_name: '', sent: 1, unsubscribed: 1, suppressed: 1 },
  ])
  const of = await ask(`broadcast_id=${BROADCAST}&metrics=sent`)
  expect(of['totals']).toEqual({ sent: 1 })
  const byEmail: { email_id: string }[] = Object(await ask('dimensions=email')).data
  expect(byEmail).toHaveLength(7)
  const one = byEmail[0]?.email_id ?? ''
  const { totals, data } = await ask(`email_id=${one}&dimensions=email,period&metrics=sent`)
  expect([totals, data]).toMatchObject([{ sent: 1 }, [{ email_id: one, sent: 1 }]])
})

test.for([
  ['timezone', 'timezone=Mars/Base'],
  ['granularity', 'granularity=yearly'],
  ['granularity', 'granularity=hourly&dimensions=period&start_date=2026-01-01'],
  ['metrics', 'metrics=sent,loved'],
  ['dimensions', 'dimensions=weather'],
  ['dimensions', `dimensions=email&broadcast_id=${BROADCAST}`],
  ['start_date', 'start_date=yesterday'],
  ['end_date', 'start_date=2026-11-24&end_date=2026-11-20'],
  ['domain_id', 'domain_id=acme.dev'],
] as const)('a wrong %s is refused: %s', async ([parameter, query]) => {
  const { status, json } = await api.call('GET', `/emails/metrics?${query}`)
  expect([status, json['name']]).toEqual([422, 'invalid_parameter'])
  expect(json['message']).toContain(`\`${parameter}\``)
})

import { beforeAll, expect, test } from 'vitest'
import { emailIdOf } from '../../src/db/broadcasts/upload-recipients.ts'

import { aBroadcast } from '../support/a-broadcast.ts'
import { type AnApi, NOW } from '../support/an-api.ts'
import { anAudienceApi, clearAudience } from '../support/an-audience-api.ts'
import { clear, anEmailRow } from '../support/rows.ts'

const DAY = 24 * 60 * 60 * 1000

let api: AnApi
let news: string
let offers: string

const PEOPLE = [
  { email: 'ada@customer.dev', first_name: 'Ada', properties: { plan: 'gold', seats: 5 } },
  { email: 'bob@customer.dev', first_name: 'Bob', properties: { plan: 'free', seats: '5' } },
  { email: 'eve@customer.dev', unsubscribed: true, properties: { seats: 12 } },
  { email: 'kim@customer.dev', last_name: 'Kim' },
]

beforeAll(async () => {
  await clear()
  await clearAudience()
  api = await anAudienceApi()
  const topic = async (default_subscription: string) => {
    const { json } = await api.call('POST', '/topics', { name: 'A topic', default_subscription })
    return String(json['id'])
  }
  news = await topic('opt_in')
  offers = await topic('opt_out')
  for (const person of PEOPLE) await api.call('POST', '/contacts', person)
  await api.call('PATCH', '/contacts/bob@customer.dev/topics', [
    { id: news, subscription: 'opt_out' },
    { id: offers, subscription: 'opt_in' },
  ])
  // One opened a receipt ten days ago, one clicked in a broadcast twenty days ago.
  await anEmailRow({}, { address: 'ada@customer.dev', pixel_open_at: NOW - 10 * DAY })
  const broadcast = await aBroadcast(0, { state: 'sent', started_at: NOW, clicked: 1 })
  await anEmailRow(
    { id: emailIdOf(broadcast, 'kim@customer.dev') },
    {
      address: 'kim@customer.dev',
      broadcast_id: broadcast,
      first_click_at: NOW - 20 * DAY,
    },
  )
})

const found = async (filter: unknown): Promise<string> => {
  const made = await api.call('POST', '/segments', { name: 'Some', filter })
  expect(made.status).toBe(201)
  const path = `/segments/${String(made.json['id'])}`
  const { json } = await api.call('GET', `${path}/contacts`)
  const names = [json['data']].flat().map((each) => String(Object(each).email).slice(0, 3))
  expect((await api.call('GET', path)).json).toMatchObject({ filter, contacts: names.length })
  return names.toSorted().join(' ')
}

test.for([
  [{ field: 'email', eq: 'ada@customer.dev' }, 'ada'],
  [{ field: 'first_name', ne: 'Ada' }, 'bob eve kim'],
  [{ field: 'first_name', in: ['Ada', 'Bob', 'Eve'] }, 'ada bob'],
  [{ not: { field: 'first_name', in: ['Ada'] } }, 'bob eve kim'],
  [{ field: 'first_name', gt: 'Ada' }, 'bob'],
  [{ not: { field: 'first_name', gt: 'Ada' } }, 'ada eve kim'],
  [{ field: 'last_name', exists: true }, 'kim'],
  [{ field: 'properties.plan', exists: false }, 'eve kim'],
  [{ field: 'properties.plan', eq: 'gold' }, 'ada'],
  [{ field: 'properties.plan', ne: 'gold' }, 'bob eve kim'],
  [{ field: 'properties.seats', eq: 5 }, 'ada'],
  [{ field: 'properties.seats', eq: '5' }, 'bob'],
  [{ field: 'properties.seats', in: [5, '5'] }, 'ada bob'],
  [{ field: 'properties.seats', gt: 4 }, 'ada eve'],
  [{ field: 'properties.seats', gt: '4' }, 'bob'],
  [{ field: 'properties.seats', lt: 12 }, 'ada'],
  [{ field: 'unsubscribed', eq: true }, 'eve'],
  [{ field: 'unsubscribed', ne: true }, 'ada bob kim'],
  [{ field: 'created_at', gt: '2026-01-01' }, 'ada bob eve kim'],
  [{ field: 'created_at', lt: '2026-01-01' }, ''],
  [{ opened: { within_days: 30 } }, 'ada kim'],
  [{ opened: { within_days: 15 } }, 'ada'],
  [{ opened: { within_days: 5 } }, ''],
  [{ clicked: { within_days: 30 } }, 'kim'],
  [{ not: { clicked: { within_days: 30 } } }, 'ada bob eve'],
  [{ any: [{ opened: { within_days: 15 } }, { field: 'last_name', eq: 'Kim' }] }, 'ada kim'],
  [
    { all: [{ opened: { within_days: 30 } }, { not: { field: 'first_name', exists: true } }] },
    'kim',
  ],
] satisfies [object, string][])('%j', async ([filter, people]) => {
  expect(await found(filter)).toBe(people)
})

test('topics are asked with their defaults', async () => {
  expect(await found({ topic: news })).toBe('ada eve kim')
  expect(await found({ topic: news, subscription: 'opt_out' })).toBe('bob')
  expect(await found({ topic: offers })).toBe('bob')
  expect(await found({ topic: crypto.randomUUID() })).toBe('')
})

test('the largest filter is one that D1 takes', async () => {
  const parts = Array.from({ length: 25 }, (_, n) => ({ field: `properties.p${n}`, gt: n }))
  const deep = { not: { not: { not: { clicked: { within_days: 365 } } } } }
  expect(await found({ any: [...parts, deep] })).toBe('ada bob eve')
})

test('a filter is changed, but members are not put beside one', async () => {
  const made = await api.call('POST', '/segments', {
    name: 'Gold',
    filter: { field: 'properties.plan', eq: 'gold' },
  })
  const path = `/segments/${String(made.json['id'])}`
  const into = await api.call('POST', `/contacts/bob@customer.dev${path}`)
  expect(into.status).toBe(422)
  await api.call('PATCH', path, { filter: { field: 'properties.plan', eq: 'free' } })
  expect((await api.call('GET', path)).json).toMatchObject({ name: 'Gold', contacts: 1 })
  const plain = await api.call('POST', '/segments', { name: 'Members' })
  const late = await api.call('PATCH', `/segments/${String(plain.json['id'])}`, {
    filter: { field: 'email', eq: 'a' },
  })
  expect(late.status).toBe(422)
})

import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import type { MailEvent } from '../../src/domain/event.ts'
import { attemptOf, aMailEvent, NOW, OTHER_TOKEN } from '../support/lifecycle.ts'
import { MINUTE_MS } from '../support/operations.ts'
import { answered, claimed, told } from '../support/record.ts'
import { addressOf, anEmailRow, aSuppression, clear, rowOf } from '../support/rows.ts'

beforeEach(clear)

async function minutes(): Promise<unknown[]> {
  const rows = await env.DB.prepare(
    'SELECT minute, answered, seen FROM minutes ORDER BY minute',
  ).all()
  return rows.results
}

async function suppressions(): Promise<unknown[]> {
  const rows = await env.DB.prepare(
    'SELECT address, origin FROM suppressions ORDER BY address',
  ).all()
  return rows.results
}

async function everything(): Promise<unknown> {
  const tables = ['emails', 'events', 'feed', 'minutes', 'suppressions', 'attempts']
  const selects = tables.map((table) => env.DB.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`))
  return (await env.DB.batch(selects)).map(({ results }) => results)
}

/** An email that was claimed, and its events. */
async function aClaimedEmail(now = NOW) {
  const { id } = await anEmailRow({ due_at: now - 1 })
  const [attempt = ''] = await claimed([id], { now })
  const event = (fields: Partial<MailEvent> = {}) => aMailEvent({ attempt, ...fields })
  return { id, attempt, event }
}

test('the answer counts in the minute of its claim, the Send event after it as seen', async () => {
  const { id, event } = await aClaimedEmail(NOW + 59_999)
  await answered(id)
  expect(await minutes()).toEqual([{ minute: NOW, answered: 1, seen: 0 }])
  await told([event()])
  expect(await minutes()).toEqual([{ minute: NOW, answered: 1, seen: 1 }])
})

test('a Send event before the answer is counted with the answer', async () => {
  const { id, event } = await aClaimedEmail()
  await told([event()])
  expect(await minutes()).toEqual([])
  await answered(id)
  expect(await minutes()).toEqual([{ minute: NOW, answered: 1, seen: 1 }])
})

test('neither answer nor event is counted twice, in either order', async () => {
  for (const order of ['answer first', 'event first']) {
    const { id, event } = await aClaimedEmail()
    const steps = [() => answered(id), () => told([event()])]
    for (const step of order === 'answer first' ? steps : steps.toReversed()) await step()
    await answered(id)
    await told([event(), event({ at: NOW + 7 })])
    await told([event()])
  }
  expect(await minutes()).toEqual([{ minute: NOW, answered: 2, seen: 2 }])
})

test('only the Send event of the very attempt that was answered is counted', async () => {
  const { id, event } = await aClaimedEmail()
  await answered(id)
  await told([event({ attempt: attemptOf(7, OTHER_TOKEN, id) }), event({ type: 'delivery' })])
  expect(await minutes()).toEqual([{ minute: NOW, answered: 1, seen: 0 }])
})

test('several answers and events of one batch are counted by their minutes', async () => {
  const emails = await Promise.all([NOW, NOW + 1, NOW + MINUTE_MS].map(aClaimedEmail))
  for (const { id } of emails) await answered(id)
  await told(emails.flatMap(({ event }) => [event(), event({ type: 'delivery' })]))
  expect(await minutes()).toEqual([
    { minute: NOW, answered: 2, seen: 2 },
    { minute: NOW + MINUTE_MS, answered: 1, seen: 1 },
  ])
})

test('events recorded again change nothing at all', async () => {
  const { id, event } = await aClaimedEmail()
  await answered(id)
  const recipient = addressOf(id)
  const events = [
    event(),
    event({ type: 'delivery', recipient }),
    event({ type: 'bounce', bounceType: 'Permanent', recipient, feedbackId: 'f' }),
    event({ type: 'open', ip: '192.0.2.1' }),
  ]
  await told(events)
  const before = await everything()
  await told(events)
  await told([...events, ...events.toReversed()])
  expect(await everything()).toEqual(before)
})

test('an event that is new in a batch of old ones has its effect alone', async () => {
  const { id, event } = await aClaimedEmail()
  await told([event()])
  await told([event(), event({ type: 'delivery', at: NOW + 4 }), event()])
  expect((await rowOf(id)).facts).toMatchObject({ send_event_at: NOW, delivered_at: NOW + 4 })
  const feed = await env.DB.prepare('SELECT keys FROM feed ORDER BY id').all<{ keys: string }>()
  expect(feed.results.map(({ keys }) => JSON.parse(keys))).toEqual([
    [[id, `${event().attempt}|send||`]],
    [[id, `${event().attempt}|delivery||`]],
  ])
})

test('the feed tells every new event once, in the order of arrival', async () => {
  const [one, two] = [await aClaimedEmail(), await aClaimedEmail()]
  await told([one.event(), two.event()])
  await told([two.event({ type: 'delivery' })])
  await told([one.event()])
  await told([one.event({ type: 'delivery' })])
  const feed = await env.DB.prepare(
    `SELECT k.value->>0 AS id, k.value->>1 AS key FROM feed, json_each(feed.keys) k ORDER BY feed.id`,
  ).all<{ id: string; key: string }>()
  const seen = feed.results.map(
    ({ id, key }) => `${id === one.id ? 'one' : 'two'} ${key.split('|')[1]}`,
  )
  expect(seen.slice(0, 2).toSorted()).toEqual(['one send', 'two send'])
  expect(seen.slice(2)).toEqual(['two delivery', 'one delivery'])
})

test('an event of an email that is gone leaves no row, but suppresses', async () => {
  const attempt = attemptOf(1, OTHER_TOKEN, crypto.randomUUID())
  const gone = { attempt, recipient: 'gone@customer.dev', feedbackId: 'f' }
  await told([aMailEvent({ ...gone, type: 'bounce', bounceType: 'Permanent' }), aMailEvent(gone)])
  expect(await suppressions()).toEqual([{ address: 'gone@customer.dev', origin: 'bounce' }])
  expect(await everything()).toMatchObject([[], [], [{ keys: '[]' }], [], [{}], []])
})

test('a feedback notification, which carries no tag, only suppresses', async () => {
  const { id } = await aClaimedEmail()
  const before = await rowOf(id)
  const feedback = { attempt: null, recipient: addressOf(id), feedbackId: 'f' }
  await told([aMailEvent({ ...feedback, type: 'complaint' })])
  expect(await rowOf(id)).toEqual(before)
  expect(await suppressions()).toEqual([{ address: addressOf(id), origin: 'complaint' }])
  expect((await env.DB.prepare('SELECT * FROM events').all()).results).toEqual([])
})

test.each<[string, ('bounce' | 'complaint')[], string]>([
  ['a complaint after a bounce', ['bounce', 'complaint'], 'complaint'],
  ['a bounce after a complaint', ['complaint', 'bounce'], 'complaint'],
])('%s leaves a suppression by complaint', async (_, types, origin) => {
  const { id, event } = await aClaimedEmail()
  for (const type of types) {
    const recipient = addressOf(id)
    await told([event({ type, bounceType: 'Permanent', recipient, feedbackId: type })])
  }
  expect(await suppressions()).toEqual([{ address: addressOf(id), origin }])
})

test('what a person suppressed stays by that person', async () => {
  const { id, event } = await aClaimedEmail()
  await aSuppression(addressOf(id), 'manual')
  await told([event({ type: 'complaint', recipient: addressOf(id), feedbackId: 'f' })])
  expect(await suppressions()).toEqual([{ address: addressOf(id), origin: 'manual' }])
})

test.each([
  { type: 'bounce', bounceType: 'Transient' },
  { type: 'complaint', complaintType: 'not-spam' },
  { type: 'delivery' },
] as const)('$type that is no reason suppresses nobody', async (fields) => {
  const { id, event } = await aClaimedEmail()
  await told([event({ ...fields, recipient: addressOf(id), feedbackId: 'f' })])
  expect(await suppressions()).toEqual([])
})

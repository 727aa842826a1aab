import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'

import { emailIdOf } from '../../src/db/broadcasts/upload-recipients.ts'
import { claimEmails } from '../../src/db/claim-emails.ts'
import { readTimeline } from '../../src/db/read-timeline.ts'
import { unsubscribe } from '../../src/db/unsubscribe.ts'
import { timelineEntries } from '../../src/api/timeline.ts'
import { aBroadcast, startBroadcast } from '../support/a-broadcast.ts'
import { NOW } from '../support/an-api.ts'
import { databaseAway, databaseThatFails } from '../support/broken-database.ts'
import { eventsOf, feedEntriesOf } from '../support/lifecycle-row.ts'
import { anEmailRow, anEmailToSeveral } from '../support/rows.ts'

const TOPIC = '0199f5b2-7c00-7abc-8def-0123456789ab'
const LATER = NOW + 1000

let people = 0

/** A broadcast to one person of its own, started; the email and the address. */
async function aStory(fields: Record<string, string | null> = {}) {
  const address = `leaver${++people}@customer.dev`
  const broadcast = await aBroadcastTo(address, fields)
  return { address, broadcast, emailId: emailIdOf(broadcast, address) }
}

async function aBroadcastTo(address: string, fields: Record<string, string | null> = {}) {
  const broadcast = await aBroadcast(0, { doubt_policy: 'hold', ...fields })
  await anEmailRow(
    { id: emailIdOf(broadcast, address), due_at: null, doubt_policy: 'hold' },
    { address, broadcast_id: broadcast, priority: 'bulk' },
  )
  await startBroadcast(broadcast)
  return broadcast
}

function leave(
  leaving: { address: string; emailId: string; topicId?: string | null },
  db = env.DB,
): Promise<boolean> {
  const how = { now: LATER, recording: `unsubscribe:${crypto.randomUUID()}` }
  return unsubscribe(db, { topicId: null, ...leaving }, how)
}

async function rowsOf(address: string) {
  const found = await env.DB.prepare(
    'SELECT topic_id, source_id, created_at FROM unsubscribes WHERE address = ?1 ORDER BY topic_id',
  )
    .bind(address)
    .all()
  return found.results
}

async function counted(broadcast: string) {
  return env.DB.prepare('SELECT unsubscribed FROM broadcasts WHERE id = ?1')
    .bind(broadcast)
    .first('unsubscribed')
}

/** What a claim makes of the email one second later. */
async function claimed(id: string) {
  const request = { now: LATER + 1000, token: 'Ab3dEf9h', leaseMs: 60_000 }
  const { emails } = await claimEmails(env.DB, { ids: [id], ...request })
  return emails.map(({ state, reason }) => ({ state, reason }))
}

const SENDS = [{ state: 'sending', reason: null }]
const LEFT = [{ state: 'suppressed', reason: 'the recipient has unsubscribed' }]

test('who leaves is kept, counted and told in the timeline', async () => {
  const { address, broadcast, emailId } = await aStory()
  expect(await leave({ address, emailId })).toBe(true)
  expect(await rowsOf(address)).toEqual([{ topic_id: '', source_id: emailId, created_at: LATER }])
  expect(await counted(broadcast)).toBe(1)
  const timeline = await readTimeline(env.DB, emailId)
  expect(timeline && timelineEntries(timeline).at(-1)).toEqual({
    kind: 'local',
    type: 'unsubscribe',
    at: new Date(LATER).toISOString(),
    recorded_at: new Date(LATER).toISOString(),
    reason: 'the recipient has unsubscribed',
    recipient: address,
    topic_id: null,
  })
})

test('leaving again changes nothing', async () => {
  const { address, broadcast, emailId } = await aStory()
  await leave({ address, emailId })
  expect(await leave({ address, emailId })).toBe(false)
  expect(await rowsOf(address)).toHaveLength(1)
  expect(await counted(broadcast)).toBe(1)
  expect(await eventsOf(emailId)).toHaveLength(1)
  expect(await feedEntriesOf(emailId)).toBe(1)
})

test('ten at once are one', async () => {
  const { address, broadcast, emailId } = await aStory()
  const news = await Promise.all(Array.from({ length: 10 }, () => leave({ address, emailId })))
  expect(news.filter((isNew) => isNew)).toHaveLength(1)
  expect(await rowsOf(address)).toHaveLength(1)
  expect(await counted(broadcast)).toBe(1)
  expect(await eventsOf(emailId)).toHaveLength(1)
  expect(await feedEntriesOf(emailId)).toBe(1)
})

test('through the links of two broadcasts one leaves once, and the first is told so', async () => {
  const first = await aStory()
  const second = await aBroadcastTo(first.address)
  const secondEmail = emailIdOf(second, first.address)
  expect(await leave(first)).toBe(true)
  expect(await leave({ address: first.address, emailId: secondEmail })).toBe(false)
  expect([await counted(first.broadcast), await counted(second)]).toEqual([1, 0])
  expect(await eventsOf(secondEmail)).toEqual([])
})

test('a write that committed and yet threw is done when it is repeated', async () => {
  const { address, broadcast, emailId } = await aStory()
  const torn = databaseThatFails('after')
  await expect(leave({ address, emailId }, torn)).rejects.toThrow('connection lost')
  expect(await leave({ address, emailId }, torn)).toBe(false)
  expect(await counted(broadcast)).toBe(1)
  expect(await feedEntriesOf(emailId)).toBe(1)
})

test('while D1 is away it throws and nothing is half done', async () => {
  const { address, broadcast, emailId } = await aStory()
  await expect(leave({ address, emailId }, databaseAway())).rejects.toThrow('overloaded')
  expect(await rowsOf(address)).toEqual([])
  expect(await counted(broadcast)).toBe(0)
})

test('long after the email is gone one can still leave', async () => {
  const { address, broadcast, emailId } = await aStory()
  await env.DB.prepare('DELETE FROM emails WHERE id = ?1').bind(emailId).run()
  expect(await leave({ address, emailId })).toBe(true)
  expect(await rowsOf(address)).toHaveLength(1)
  expect(await counted(broadcast)).toBe(0)
  expect(await eventsOf(emailId)).toEqual([])
  expect(await feedEntriesOf(emailId)).toBe(0)
})

test('who was let in again and leaves through the same link is out, and counted once', async () => {
  const { address, broadcast, emailId } = await aStory()
  await leave({ address, emailId })
  await env.DB.prepare('DELETE FROM unsubscribes WHERE address = ?1').bind(address).run()
  expect(await leave({ address, emailId })).toBe(true)
  expect(await rowsOf(address)).toHaveLength(1)
  expect(await counted(broadcast)).toBe(1)
})

test('who has left gets nothing that was not claimed yet', async () => {
  const { address, emailId } = await aStory()
  await leave({ address, emailId })
  expect(await claimed(emailId)).toEqual(LEFT)
  const events = await eventsOf(emailId)
  expect(events.map(({ type }) => type)).toEqual(['suppressed', 'unsubscribe'])
})

test('a transactional email to who has left still goes', async () => {
  const { address, emailId } = await aStory()
  await leave({ address, emailId })
  const receipt = await anEmailRow({}, { address })
  expect(await claimed(receipt.id)).toEqual(SENDS)
})

test.each([
  ['all', 'all', null, null, LEFT],
  ['all', 'a topic', null, TOPIC, LEFT],
  ['a topic', 'the same topic', TOPIC, TOPIC, LEFT],
  ['a topic', 'another topic', TOPIC, 'another', SENDS],
  ['a topic', 'no topic', TOPIC, null, SENDS],
])('who has left %s and a broadcast on %s', async (_, __, topicId, topic_id, outcome) => {
  const { address, emailId } = await aStory({ topic_id: topicId })
  await leave({ address, emailId, topicId })
  const next = await aBroadcastTo(address, { topic_id })
  expect(await claimed(emailIdOf(next, address))).toEqual(outcome)
})

test('a topic that nobody has by default is only for who has joined it and has not left', async () => {
  const id = crypto.randomUUID()
  await env.DB.prepare(
    `INSERT INTO topics (id, name, default_subscription, visibility, created_at)
     VALUES (?1, 'Offers', 'opt_out', 'public', 1)`,
  )
    .bind(id)
    .run()
  const join = (address: string) =>
    env.DB.prepare('INSERT INTO topic_subscriptions VALUES (?1, ?2, 1)').bind(address, id).run()
  const silent = await aStory({ topic_id: id })
  expect(await claimed(silent.emailId)).toEqual(LEFT)
  const joined = await aStory({ topic_id: id })
  await join(joined.address)
  expect(await claimed(joined.emailId)).toEqual(SENDS)
  const gone = await aStory({ topic_id: id })
  await join(gone.address)
  await leave({ ...gone, topicId: id })
  expect(await claimed(gone.emailId)).toEqual(LEFT)
  for (const [person, outcome] of [
    [silent, LEFT],
    [joined, SENDS],
    [gone, LEFT],
  ] as const) {
    const other = await anEmailRow({}, { address: person.address, topic_id: id })
    expect(await claimed(other.id)).toEqual(outcome)
  }
})

test('of several on a topic only those who have left it are left out', async () => {
  const { address, emailId } = await aStory({ topic_id: TOPIC })
  await leave({ address, emailId, topicId: TOPIC })
  const email = await anEmailToSeveral([{ address }, { address: 'stays@customer.dev' }])
  await env.DB.prepare('UPDATE emails SET topic_id = ?2 WHERE id = ?1').bind(email.id, TOPIC).run()
  expect(await claimed(email.id)).toEqual(SENDS)
  const found = await env.DB.prepare(
    'SELECT left_out FROM recipients WHERE email_id = ?1 ORDER BY position',
  )
    .bind(email.id)
    .all()
  expect(found.results.map(({ left_out }) => left_out)).toEqual([
    'the recipient has unsubscribed',
    null,
  ])
})

test('leaving a topic and then all of them is two wishes of one email', async () => {
  const { address, broadcast, emailId } = await aStory({ topic_id: TOPIC })
  expect(await leave({ address, emailId, topicId: TOPIC })).toBe(true)
  expect(await leave({ address, emailId })).toBe(true)
  expect((await rowsOf(address)).map(({ topic_id }) => topic_id)).toEqual(['', TOPIC])
  expect((await eventsOf(emailId)).map(({ key }) => key)).toEqual([
    'local:unsubscribe:',
    `local:unsubscribe:${TOPIC}`,
  ])
  expect(await counted(broadcast)).toBe(1)
})

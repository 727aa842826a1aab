import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { type RecordedOutcome, recordOutcomes } from '../../src/db/record-outcomes.ts'
import { subscriptionsIn } from '../../src/db/subscriptions.ts'
import type { MailEvent } from '../../src/domain/event.ts'
import { aBroadcast } from '../support/a-broadcast.ts'
import { aMailEvent, attemptOf, NOW, OTHER_TOKEN } from '../support/lifecycle.ts'
import { MAX_REFUSALS, MINUTE_MS, WINDOW_MS } from '../support/operations.ts'
import { answered, claimed, told } from '../support/record.ts'
import { addressOf, anEmailRow, clear, rowOf } from '../support/rows.ts'

beforeEach(async () => {
  await clear()
  await env.DB.prepare('DELETE FROM broadcasts').run()
})

async function outcomes(list: RecordedOutcome[]): Promise<void> {
  await recordOutcomes(env.DB, list, {
    now: NOW,
    minuteMs: MINUTE_MS,
    windowMs: WINDOW_MS,
    maxRefusals: MAX_REFUSALS,
    recording: crypto.randomUUID(),
  })
}

async function all(sql: string): Promise<unknown[]> {
  return (await env.DB.prepare(sql).all()).results
}
const minutes = () => all('SELECT answered, seen FROM minutes')
const counters = () =>
  all('SELECT sent, delivered, bounced, complained, opened, clicked FROM broadcasts')
const attempts = () => all('SELECT attempt, outcome FROM attempts')
const suppressions = () => all('SELECT address, origin FROM suppressions')

/** An email that was claimed, by itself or of a broadcast, and its events. */
async function aClaimed(columns: Record<string, string> = {}) {
  const { id } = await anEmailRow({ due_at: NOW - 1 }, columns)
  const [attempt = ''] = await claimed([id])
  const event = (fields: Partial<MailEvent> = {}) =>
    aMailEvent({ attempt, recipient: addressOf(id), ...fields })
  return { id, attempt, event }
}

test('Send events of two recipients of one attempt are seen once', async () => {
  const { id, event } = await aClaimed()
  await answered(id)
  await told([event({ recipient: 'a@b.dev' })])
  await told([event({ recipient: 'c@b.dev' })])
  expect(await minutes()).toEqual([{ answered: 1, seen: 1 }])
})

test('only a Send event of the attempt keeps another from being counted', async () => {
  const { id, event } = await aClaimed()
  await outcomes([{ type: 'in doubt', id, attempt: (await rowOf(id)).attempt ?? '', reason: 'x' }])
  await told([event({ type: 'delivery' })])
  await answered(id)
  expect(await minutes()).toEqual([{ answered: 1, seen: 0 }])
  await told([event()])
  expect(await minutes()).toEqual([{ answered: 1, seen: 1 }])
})

test('the late answer to an attempt that another one followed counts nothing', async () => {
  const broadcast_id = await aBroadcast(0, { state: 'sending' })
  const { id } = await aClaimed({ broadcast_id, priority: 'bulk' })
  await answered(id, { attempt: attemptOf(1, OTHER_TOKEN, id) })
  expect(await minutes()).toEqual([])
  expect(await all('SELECT sent FROM broadcasts')).toEqual([{ sent: 0 }])
})

test('of a call with mixed answers only the accepted ones count, and only the refused end their attempt', async () => {
  const broadcast_id = await aBroadcast(0, { state: 'sending' })
  const of = { broadcast_id, priority: 'bulk' }
  const good = await aClaimed(of)
  const bad = await aClaimed(of)
  const silent = await aClaimed(of)
  await outcomes([
    { type: 'accepted', id: good.id, attempt: good.attempt, messageId: 'm' },
    {
      type: 'refused',
      id: bad.id,
      attempt: bad.attempt,
      reason: 'no',
      retryAt: NOW + 1,
      counts: 1,
      final: 0,
      alone: 0,
    },
    { type: 'in doubt', id: silent.id, attempt: silent.attempt, reason: 'no answer' },
  ])
  expect(await minutes()).toEqual([{ answered: 1, seen: 0 }])
  expect(await all('SELECT sent FROM broadcasts')).toEqual([{ sent: 1 }])
  expect(await attempts()).toEqual([{ attempt: bad.attempt, outcome: 'refused' }])
  const states = await Promise.all(
    [good, bad, silent].map(async ({ id }) => (await rowOf(id)).state),
  )
  expect(states).toEqual(['sent', 'queued', 'in_doubt'])
})

test('an email of a broadcast counts as sent once, by the event or by the answer', async () => {
  const broadcast_id = await aBroadcast(0, { state: 'sending' })
  const { id, event } = await aClaimed({ broadcast_id, priority: 'bulk' })
  await told([event()])
  await answered(id)
  expect(await all('SELECT sent FROM broadcasts')).toEqual([{ sent: 1 }])
})

test('a broadcast counts each fact of an email once, whatever tells it and however often', async () => {
  const broadcast_id = await aBroadcast(0, { state: 'sending' })
  const { event } = await aClaimed({ broadcast_id, priority: 'bulk' })
  const none = { sent: 0, delivered: 0, bounced: 0, complained: 0, opened: 0, clicked: 0 }
  await told([event()])
  expect(await counters()).toEqual([{ ...none, sent: 1 }])
  await told([event({ type: 'delivery' })])
  await told([event({ type: 'open', source: 'pixel', loadId: 'load-1' })])
  await told([event({ type: 'open', at: NOW + 1 })])
  await told([
    event({ type: 'open', at: NOW + 2 }),
    event({ type: 'open', source: 'pixel', loadId: 'load-2' }),
  ])
  await told([event({ type: 'click', at: NOW + 3, link: 'https://a.dev/' })])
  await told([event({ type: 'click', at: NOW + 4, link: 'https://a.dev/' })])
  expect(await counters()).toEqual([{ ...none, sent: 1, delivered: 1, opened: 1, clicked: 1 }])
})

test('a suppression that was taken away does not come back with a repeated event', async () => {
  const { id, event } = await aClaimed()
  const bounce = event({ type: 'bounce', bounceType: 'Permanent', feedbackId: 'f' })
  await told([bounce])
  expect(await suppressions()).toEqual([{ address: addressOf(id), origin: 'bounce' }])
  await env.DB.prepare('DELETE FROM suppressions').run()
  await told([bounce])
  expect(await suppressions()).toEqual([])
})

test('a second bounce does not make a complaint of the first', async () => {
  const { id, event } = await aClaimed()
  for (const feedbackId of ['f', 'g']) {
    await told([event({ type: 'bounce', bounceType: 'Permanent', feedbackId })])
  }
  expect(await suppressions()).toEqual([{ address: addressOf(id), origin: 'bounce' }])
})

test('a repeated event puts no email into the feed and settles none', async () => {
  const { id, event } = await aClaimed()
  await told([event()])
  await env.DB.prepare(`UPDATE emails SET reason = 'noted since' WHERE id = ?1`).bind(id).run()
  await told([event()])
  expect((await rowOf(id)).reason).toBe('noted since')
})

test('the latest confirmation of a subscription stands, in whatever order they are written', async () => {
  const topic = 'arn:aws:sns:eu-west-1:123456789012:aerogram'
  const subscriptions = subscriptionsIn(env.DB)
  await subscriptions.confirm(topic, 'second', NOW + 1)
  await subscriptions.confirm(topic, 'first', NOW)
  expect(await all('SELECT subscription_arn FROM subscriptions')).toEqual([
    { subscription_arn: 'second' },
  ])
})

import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { releaseBroadcasts } from '../../src/broadcasts/release.ts'
import { resumeBroadcast } from '../../src/db/broadcasts/change-broadcast.ts'
import { aBroadcast, startBroadcast } from '../support/a-broadcast.ts'
import { accepted, aConsumer, refused } from '../support/a-consumer.ts'
import { NOW } from '../support/an-api.ts'
import type { DueEmail } from '../../src/queue/enqueue.ts'

interface Ticker {
  clock: { now: number }
  ranges: { broadcast: string; n: number }[]
  tick(perSecond: number): Promise<boolean>
}

function aTicker(): Ticker {
  const clock = { now: NOW }
  const ranges: Ticker['ranges'] = []
  const queue = {
    async enqueue(some: Ticker['ranges']) {
      ranges.push(...some)
    },
  }
  return {
    clock,
    ranges,
    tick: (perSecond) => releaseBroadcasts(perSecond, { db: env.DB, queue, now: () => clock.now }),
  }
}

async function started(recipients: number, fields = {}): Promise<string> {
  await env.DB.prepare(`UPDATE broadcasts SET state = 'canceled' WHERE state = 'sending'`).run()
  const id = await aBroadcast(recipients, fields)
  await startBroadcast(id)
  return id
}

async function sendReleased(id: string): Promise<void> {
  await env.DB.prepare(
    `UPDATE emails SET state = 'sent' WHERE broadcast_id = ?1 AND EXISTS (SELECT 1 FROM ranges r
       WHERE r.broadcast_id = ?1 AND r.state = 'released' AND emails.id BETWEEN r.first_id AND r.last_id)`,
  )
    .bind(id)
    .run()
}

async function stateOf(id: string): Promise<unknown> {
  return env.DB.prepare('SELECT state FROM broadcasts WHERE id = ?1').bind(id).first('state')
}

test('the queue holds two seconds of work, whatever the size', async () => {
  const id = await started(1000)
  const ticker = aTicker()
  await ticker.tick(100)
  expect(ticker.ranges).toHaveLength(4)
  await ticker.tick(100)
  expect(ticker.ranges).toHaveLength(4)
  await sendReleased(id)
  await ticker.tick(100)
  expect(ticker.ranges).toHaveLength(8)
})

test('while the Governor is stopped nothing is released, and it is come back for', async () => {
  await started(100)
  const ticker = aTicker()
  await ticker.tick(0)
  expect(await ticker.tick(0)).toBe(true)
  expect(ticker.ranges).toEqual([])
  await ticker.tick(10)
  expect(ticker.ranges).toHaveLength(1)
})

test('a broadcast ends when the last range is done, and the ticking with it', async () => {
  const id = await started(60)
  const ticker = aTicker()
  await ticker.tick(1000)
  await ticker.tick(1000)
  await sendReleased(id)
  expect(await ticker.tick(1000)).toBe(true)
  expect(await stateOf(id)).toBe('sent')
  expect(await ticker.tick(1000)).toBe(false)
})

test('the canary goes first, then there is a wait, then the rest', async () => {
  const canary = JSON.stringify({ count: 100, wait_seconds: 60 })
  const id = await started(300, { canary })
  const ticker = aTicker()
  await ticker.tick(1000)
  await ticker.tick(1000)
  expect(ticker.ranges.map(({ n }) => n)).toEqual([0, 1])
  await sendReleased(id)
  await ticker.tick(1000)
  await ticker.tick(1000)
  ticker.clock.now += 59_000
  await ticker.tick(1000)
  expect(ticker.ranges).toHaveLength(2)
  expect(await stateOf(id)).toBe('sending')
  ticker.clock.now += 1_000
  await ticker.tick(1000)
  expect(ticker.ranges.map(({ n }) => n)).toEqual([0, 1, 2, 3, 4, 5])
})

test('too many bounces brake it, a person resumes it, and new ones count anew', async () => {
  const brake = JSON.stringify({ bounce_rate: 0.05, complaint_rate: 0.001, min_sent: 100 })
  const id = await started(1000, { brake })
  const ticker = aTicker()
  await ticker.tick(100)
  await sendReleased(id)
  await env.DB.prepare(`UPDATE broadcasts SET sent = 200, bounced = 11 WHERE id = ?1`)
    .bind(id)
    .run()
  await ticker.tick(1000)
  expect(ticker.ranges).toHaveLength(4)
  const braked = await env.DB.prepare('SELECT state, reason FROM broadcasts WHERE id = ?1')
    .bind(id)
    .first()
  expect(braked).toEqual({
    state: 'braked',
    reason: '5.5 % of 200 emails bounced for good; the limit is 5 %',
  })
  await resumeBroadcast(env.DB, id, NOW)
  await ticker.tick(1000)
  expect(ticker.ranges.length).toBeGreaterThan(4)
  await env.DB.prepare(`UPDATE broadcasts SET sent = 400, bounced = 22 WHERE id = ?1`)
    .bind(id)
    .run()
  await ticker.tick(1000)
  expect(await stateOf(id)).toBe('braked')
})

test('two broadcasts at once share the rate', async () => {
  const one = await started(1000)
  const two = await aBroadcast(1000)
  await startBroadcast(two)
  const ticker = aTicker()
  await ticker.tick(200)
  await ticker.tick(200)
  const count = (id: string) => ticker.ranges.filter(({ broadcast }) => broadcast === id).length
  expect([count(one), count(two)]).toEqual([4, 4])
})

test('a broadcast whose turn in the canary has passed leaves the whole rate to the others', async () => {
  const canary = JSON.stringify({ count: 50, wait_seconds: 3600 })
  const waiting = await started(100, { canary, canary_sent_at: NOW })
  const other = await aBroadcast(1000)
  await startBroadcast(other)
  const ticker = aTicker()
  await ticker.tick(200)
  await env.DB.prepare(`UPDATE ranges SET state = 'finished' WHERE broadcast_id = ?1 AND n = 0`)
    .bind(waiting)
    .run()
  await ticker.tick(200)
  expect(ticker.ranges.filter(({ broadcast }) => broadcast === other)).toHaveLength(8)
})

test('a broadcast whose calls were all refused for the quota is not sent, and its canary neither', async () => {
  const canary = JSON.stringify({ count: 50, wait_seconds: 0 })
  const id = await started(100, { canary })
  const ticker = aTicker()
  await ticker.tick(1000)
  await ticker.tick(1000)
  const consumer = aConsumer()
  consumer.answer.with = () =>
    refused(400, 'LimitExceededException', 'Daily message quota exceeded.')
  await consumer.run(ticker.ranges.map((job) => ({ version: 1, ...job })))
  await ticker.tick(1000)
  await ticker.tick(1000)
  expect(ticker.ranges).toHaveLength(1)
  expect(await stateOf(id)).toBe('sending')
  consumer.clock.now += 10 * 60_000
  consumer.answer.with = accepted
  await consumer.run(sendJobsOf(consumer.requeued))
  await ticker.tick(1000)
  await ticker.tick(1000)
  await consumer.run(ticker.ranges.slice(1).map((job) => ({ version: 1, ...job })))
  await ticker.tick(1000)
  expect(await stateOf(id)).toBe('sent')
  const { results } = await env.DB.prepare(
    'SELECT status, count(*) AS n FROM emails WHERE broadcast_id = ?1 GROUP BY status',
  )
    .bind(id)
    .all()
  expect(results).toEqual([{ status: 'sent', n: 100 }])
})

function sendJobsOf(emails: DueEmail[]): object[] {
  return [
    {
      version: 1,
      priority: 'bulk',
      emails: emails.map(({ id, recipients }) => ({ id, recipients })),
    },
  ]
}

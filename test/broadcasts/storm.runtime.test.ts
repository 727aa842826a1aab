import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { releaseBroadcasts } from '../../src/broadcasts/release.ts'
import {
  cancelBroadcast,
  pauseBroadcast,
  resumeBroadcast,
} from '../../src/db/broadcasts/change-broadcast.ts'
import { countProgress } from '../../src/db/broadcasts/count-progress.ts'
import { requeueEmails } from '../../src/db/broadcasts/requeue-emails.ts'
import { emailIdOf } from '../../src/db/broadcasts/upload-recipients.ts'
import { recordEvents } from '../../src/db/record-events.ts'
import { unsubscribe } from '../../src/db/unsubscribe.ts'
import { claimToken } from '../../src/domain/attempt.ts'
import { sweep } from '../../src/sweeper/sweep.ts'
import { aBroadcast, startBroadcast } from '../support/a-broadcast.ts'
import { accepted, aConsumer, refused, type SesRequest } from '../support/a-consumer.ts'
import { aSweeper } from '../support/a-sweeper.ts'
import { NOW, random } from '../support/an-api.ts'
import { aMailEvent } from '../support/lifecycle.ts'

const SIZE = 120
const MINUTE = 60_000
const STEPS = 60
const SEEDS = Array.from({ length: 8 }, (_, n) => n + 1)

/** The same numbers from 0 to 1 for the same seed (mulberry32). */
function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The real D1, whose batches fail now and then: before they are written, or after. */
function flaky(roll: () => number, trouble: { share: number }): D1Database {
  return new Proxy(env.DB, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property)
      if (property !== 'batch') return typeof member === 'function' ? member.bind(target) : member
      return async (statements: D1PreparedStatement[]) => {
        const luck = roll()
        if (luck < trouble.share) throw new Error('D1_ERROR: before it was written')
        const results = await target.batch(statements)
        if (luck < 2 * trouble.share) throw new Error('D1_ERROR: after it was written')
        return results
      }
    },
  })
}

function emailJobs(emails: { id: string; recipients: number }[]): object[] {
  return emails.map(({ id, recipients }) => ({ priority: 'bulk', emails: [{ id, recipients }] }))
}

function newRecording(): string {
  return claimToken(random(8))
}

/** What earlier broadcasts left must not be swept into this one. */
async function clear(): Promise<void> {
  await env.DB.batch(
    [
      'emails',
      'broadcasts',
      'ranges',
      'events',
      'attempts',
      'calls',
      'minutes',
      'unsubscribes',
    ].map((table) => env.DB.prepare(`DELETE FROM ${table}`)),
  )
}

/** Everything that happens to a broadcast, in the order that a seed tells. */
async function aStorm(seed: number) {
  const roll = dice(seed)
  const trouble = { share: 0.05 }
  const db = flaky(roll, trouble)
  const canary = roll() < 0.5 ? JSON.stringify({ count: 50, wait_seconds: 60 }) : null
  const brake = JSON.stringify({ bounce_rate: 1, complaint_rate: 1, min_sent: 500 })
  const id = await aBroadcast(SIZE, { canary, brake, doubt_policy: 'hold' })
  await startBroadcast(id)
  const clock = { now: NOW }
  const consumer = aConsumer({ db })
  const sweeper = aSweeper({ db, now: () => clock.now })
  const jobs: object[] = []
  const untold: string[] = []
  const called = new Set<string>()
  const left = new Set<string>()
  const got = new Map<string, number>()
  const wrong: string[] = []
  let stopped = false

  consumer.answer.with = (request) => {
    for (const attempt of request.attempts) {
      if (called.has(attempt)) wrong.push(`called twice: ${attempt}`)
      if (stopped) wrong.push(`called while stopped: ${attempt}`)
      called.add(attempt)
    }
    const luck = trouble.share === 0 ? 1 : roll()
    if (luck < 0.1)
      return refused(429, 'TooManyRequestsException', 'Maximum sending rate exceeded.')
    if (luck < 0.18) return refused(400, 'LimitExceeded', 'Daily message quota exceeded.')
    if (luck < 0.24) return refused(400, 'BadRequestException', 'no such template')
    if (luck < 0.28) return refused(403, 'AccessDenied', 'no such key')
    if (luck < 0.32) return refused(500, 'InternalFailure', 'before it was taken')
    take(request)
    return luck < 0.4 ? refused(500, 'InternalFailure', 'after it was taken') : accepted(request)
  }
  function take({ attempts }: SesRequest): void {
    for (const attempt of attempts) {
      const email = attempt.slice(0, id.length)
      if (left.has(email)) wrong.push(`sent to one who has left: ${email}`)
      got.set(email, (got.get(email) ?? 0) + 1)
      untold.push(attempt)
    }
  }
  const enqueue = (some: object[]) => jobs.push(...some.map((each) => ({ version: 1, ...each })))

  const storm = {
    id,
    clock,
    got,
    left,
    wrong,
    roll,
    calm() {
      trouble.share = 0
    },
    async tick() {
      const queue = {
        async enqueue(some: object[]) {
          if (roll() < 2 * trouble.share) throw new Error('the queue is away')
          enqueue(some)
        },
      }
      await releaseBroadcasts(60, { db, queue, now: () => clock.now }).catch(() => {})
    },
    /** Some jobs of the queue; one may come twice. */
    async run() {
      const some = jobs.splice(0, 1 + Math.floor(roll() * 6))
      if (roll() < 3 * trouble.share) jobs.push(...some)
      consumer.clock.now = clock.now
      const before = consumer.requeued.length
      const delivered = await consumer.run(some)
      jobs.push(...some.filter((_, at) => delivered[at]?.retriedAfter !== undefined))
      enqueue(emailJobs(consumer.requeued.slice(before).filter(() => roll() < 0.7)))
    },
    async sweep() {
      const [ranges, emails] = [sweeper.ranges.length, sweeper.enqueued.length]
      await sweep({ ...sweeper.deps, now: () => clock.now })
      enqueue(sweeper.ranges.slice(ranges))
      enqueue(emailJobs(sweeper.enqueued.slice(emails)))
    },
    async tell(share: number) {
      const some = untold.splice(0, Math.ceil(untold.length * share))
      const events = some.map((attempt) =>
        aMailEvent({ attempt, at: clock.now, messageId: attempt }),
      )
      const told = recordEvents(db, events, { now: clock.now, minuteMs: MINUTE, newRecording })
      await told.catch(() => untold.push(...some))
    },
    async pause() {
      if (await pauseBroadcast(env.DB, id, clock.now, null)) stopped = true
    },
    async resume() {
      stopped = false
      await resumeBroadcast(db, id, clock.now).catch(() => {})
      stopped = (await storm.state()) !== 'sending'
    },
    async cancel() {
      if (await cancelBroadcast(env.DB, id, clock.now)) stopped = true
    },
    async again() {
      const chunk = { id, after: null, now: clock.now, recording: newRecording() }
      await requeueEmails(db, 'failed', chunk).catch(() => {})
    },
    async leave() {
      const address = `person${Math.floor(roll() * SIZE)}@customer.dev`
      const emailId = emailIdOf(id, address)
      const how = { now: clock.now, recording: newRecording() }
      await unsubscribe(env.DB, { address, emailId, topicId: null }, how)
      left.add(emailId)
    },
    state: () =>
      env.DB.prepare('SELECT state FROM broadcasts WHERE id = ?1').bind(id).first('state'),
    /** The parts add up, and the counter is what a recount finds. */
    async check() {
      const { audience, counts } = await countProgress(env.DB, id, 0)
      const sum = Object.values(counts).reduce((all, each) => all + each, 0)
      const counted = await env.DB.prepare('SELECT sent FROM broadcasts WHERE id = ?1')
        .bind(id)
        .first('sent')
      const known = await env.DB.prepare(
        'SELECT count(*) AS n FROM emails WHERE broadcast_id = ?1 AND evidence_at IS NOT NULL',
      )
        .bind(id)
        .first('n')
      expect([audience, sum, counted, wrong]).toEqual([SIZE, SIZE, known, []])
      return counts
    },
  }
  return storm
}

test.each(SEEDS)('whatever happens, each gets it once and nobody is lost: %i', async (seed) => {
  await clear()
  const storm = await aStorm(seed)
  const canceledAt = seed % 4 === 0 ? Math.floor(storm.roll() * STEPS) : null
  for (let step = 0; step < STEPS; step += 1) {
    storm.clock.now += Math.floor(storm.roll() * 20_000)
    const luck = storm.roll()
    if (step === canceledAt) await storm.cancel()
    else if (luck < 0.25) await Promise.all([storm.tick(), storm.tick()])
    else if (luck < 0.6) await Promise.all([storm.run(), storm.run(), storm.tick()])
    else if (luck < 0.7) await Promise.all([storm.sweep(), storm.run()])
    else if (luck < 0.8) await storm.tell(storm.roll())
    else if (luck < 0.86) await storm.pause()
    else if (luck < 0.95) await storm.resume()
    else if (luck < 0.98) await storm.leave()
    else await storm.again()
    await storm.check()
  }
  storm.calm()
  await storm.resume()
  for (let step = 0; step < 150; step += 1) {
    storm.clock.now += MINUTE / 2
    await storm.tick()
    await storm.run()
    await storm.tell(1)
    await storm.sweep()
    if ((await storm.check()).waiting === 0 && (await storm.state()) !== 'sending') break
  }
  const counts = await storm.check()
  expect([...storm.got.values()].filter((times) => times > 1)).toEqual([])
  // Nothing proves the channel here, so a doubt about what was not taken stays one.
  expect(counts).toMatchObject({ waiting: 0, sent: storm.got.size })
  expect(['sent', 'canceled']).toContain(await storm.state())
  expect(counts.skipped).toBeLessThanOrEqual(canceledAt === null ? storm.left.size : SIZE)
})

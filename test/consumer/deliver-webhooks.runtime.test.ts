import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { deliverWebhooks } from '../../src/consumer/deliver-webhooks.ts'
import { changeWebhook } from '../../src/db/webhooks/change-webhooks.ts'
import { feedEnds } from '../../src/db/webhooks/read-feed.ts'
import { replayAfter } from '../../src/db/webhooks/replay.ts'
import {
  aBatch,
  aDelivery,
  answer,
  attemptsOf,
  clearWebhooks,
  NEVER,
  numberOf,
  OK,
  retriesOf,
  taken,
  tell,
  webhookRow,
} from '../support/a-delivery.ts'
import { NOW } from '../support/an-api.ts'
import { anEmailRow } from '../support/rows.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

beforeEach(clearWebhooks)

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n)

test('what was told is sent once, with a log row each and no other row', async () => {
  const delivery = aDelivery()
  const sink = await delivery.sink()
  await tell(700, NOW)
  await delivery.settle()
  expect(taken(sink)).toEqual(upTo(700))
  expect(new Set(sink.requests.map(({ id }) => id)).size).toBe(700)
  expect(sink.requests[0]?.id).toMatch(/^msg_[0-9a-z_]+$/)
  const log = await attemptsOf(sink.id)
  expect(log).toHaveLength(700)
  expect(log[0]).toEqual({ number: 1, status: 200, sent_at: NOW })
  expect(await retriesOf(sink.id)).toEqual([])
  const { newest } = await feedEnds(env.DB)
  expect(await webhookRow(sink.id)).toMatchObject({ cursor: newest, cursor_key: 0, lease: null })
  await delivery.settle()
  await delivery.deliver([sink.id])
  expect(sink.requests).toHaveLength(700)
})

test('an endpoint is sent only what it asks for, and stands behind the rest', async () => {
  const delivery = aDelivery()
  const sink = await delivery.sink(['contact.deleted'])
  await tell(10, NOW)
  await delivery.settle()
  expect(sink.requests).toEqual([])
  expect((await webhookRow(sink.id)).cursor).toBe((await feedEnds(env.DB)).newest)
  expect(delivery.jobs).toEqual([])
})

test('one event that fails is tried eight times in the time of the contract, then it is dead', async () => {
  const delivery = aDelivery()
  const sink = await delivery.sink()
  sink.answers = (event) => (numberOf(event) === 0 ? answer(500) : OK)
  let n = 0
  await tell(1, NOW)
  // Others succeed meanwhile, so the endpoint itself is well.
  for (const hours of upTo(30)) {
    await tell(3, delivery.clock.now, (n += 3))
    for (const wait of hours === 0 ? [MINUTE, 4 * MINUTE, 55 * MINUTE] : [HOUR]) {
      await delivery.pass(wait, 5 * MINUTE)
      await tell(3, delivery.clock.now, (n += 3))
    }
  }
  const failed = sink.requests.filter(({ answered }) => answered === 500)
  expect(new Set(failed.map(({ id }) => id)).size).toBe(1)
  expect(await retriesOf(sink.id)).toEqual([{ failures: 8, due_at: null }])
  const at = failed.map((request) => request.at - NOW)
  const scheduled = [
    0,
    5 * SECOND,
    5 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    10 * HOUR,
  ]
  let due = 0
  for (const [index, wait] of scheduled.entries()) {
    due += wait
    expect(at[index]).toBeGreaterThanOrEqual(due)
    due = at[index] ?? 0
  }
  expect(failed).toHaveLength(8)
  expect(at[7]).toBeLessThan(28 * HOUR)
})

test.each([
  { how: 'answers 500', with: answer(500) },
  { how: 'answers 503 and asks for an hour', with: answer(503, '3600') },
  { how: 'redirects', with: answer(302) },
  { how: 'never answers', with: NEVER },
])(
  'an endpoint that $how for six hours has everything within an hour, and is asked seldom till then',
  async ({ with: failing }) => {
    const delivery = aDelivery()
    const sink = await delivery.sink()
    const other = await delivery.sink()
    const down = { is: true }
    sink.answers = () => (down.is ? failing : OK)
    for (const half of upTo(12)) {
      await tell(50, delivery.clock.now, half * 50)
      await delivery.pass(30 * MINUTE)
    }
    const askedWhileDown = sink.requests.length
    expect(askedWhileDown).toBeLessThan(60)
    expect(taken(other)).toEqual(upTo(600))
    expect(other.requests).toHaveLength(600)

    down.is = false
    const recovered = delivery.clock.now
    await delivery.pass(HOUR)
    expect(new Set(taken(sink))).toEqual(new Set(upTo(600)))
    expect(sink.requests).toHaveLength(askedWhileDown + 600)
    expect(Math.max(...sink.requests.map(({ at }) => at)) - recovered).toBeLessThan(HOUR)
    expect(await retriesOf(sink.id)).toEqual([])
    const ids = sink.requests.filter(({ answered }) => answered === 200).map(({ id }) => id)
    expect(new Set(ids).size).toBe(600)
    expect(await webhookRow(sink.id)).toMatchObject({
      failures: 0,
      failing_since: null,
      probe_at: null,
    })
  },
)

test('an endpoint that is gone is disabled at once, the others are told, and enabled again it gets all', async () => {
  const delivery = aDelivery()
  const sink = await delivery.sink()
  const other = await delivery.sink(['system.webhook_disabled'])
  sink.answers = () => answer(410)
  await tell(20, NOW)
  await delivery.pass(HOUR)
  expect(sink.requests).toHaveLength(1)
  expect(await webhookRow(sink.id)).toMatchObject({
    status: 'disabled',
    reason: 'it answered 410 Gone',
  })
  expect(other.requests.map(({ body }) => JSON.parse(body))).toMatchObject([
    {
      type: 'system.webhook_disabled',
      data: {
        id: sink.id,
        reason: 'it answered 410 Gone',
        disabled_at: new Date(NOW).toISOString(),
      },
    },
  ])
  sink.answers = () => OK
  await changeWebhook(env.DB, sink.id, { status: 'enabled' }, delivery.clock.now)
  await delivery.settle()
  expect(taken(sink)).toEqual(upTo(20))
})

test('an endpoint that failed for five days is disabled, and told once', async () => {
  const delivery = aDelivery()
  const sink = await delivery.sink()
  const other = await delivery.sink(['system.webhook_disabled'])
  sink.answers = () => answer(500)
  for (const half of upTo(10)) {
    await tell(2, delivery.clock.now, half * 2)
    await delivery.pass(half === 9 ? 11 * HOUR : 12 * HOUR, 10 * MINUTE)
  }
  expect((await webhookRow(sink.id)).status).toBe('enabled')
  await delivery.pass(2 * HOUR, 10 * MINUTE)
  expect(await webhookRow(sink.id)).toMatchObject({
    status: 'disabled',
    reason: 'it failed for 5 days',
  })
  const asked = sink.requests.length
  await delivery.pass(DAY, HOUR)
  expect(sink.requests).toHaveLength(asked)
  expect(other.requests).toHaveLength(1)
  sink.answers = () => OK
  await changeWebhook(env.DB, sink.id, { status: 'enabled' }, delivery.clock.now)
  await delivery.pass(HOUR)
  const dead = (await retriesOf(sink.id)).filter(({ due_at }) => due_at === null)
  expect(taken(sink).length + dead.length).toBe(20)
})

test('one that answers 406 to everything is neither disabled nor held back', async () => {
  const delivery = aDelivery()
  const sink = await delivery.sink()
  sink.answers = (event) => (numberOf(event) < 20 ? answer(406) : OK)
  await tell(20, NOW)
  await delivery.pass(6 * DAY, 10 * MINUTE)
  expect(await webhookRow(sink.id)).toMatchObject({ status: 'enabled', failing_since: null })
  expect(await retriesOf(sink.id)).toEqual(upTo(20).map(() => ({ failures: 8, due_at: null })))
  await tell(5, delivery.clock.now, 20)
  await delivery.settle()
  expect(taken(sink)).toEqual([20, 21, 22, 23, 24])
})

test('an endpoint that asks for time gets it', async () => {
  const delivery = aDelivery()
  const sink = await delivery.sink()
  sink.answers = () => (delivery.clock.now < NOW + MINUTE ? answer(429, '60') : OK)
  await tell(10, NOW)
  await delivery.settle()
  expect(sink.requests).toHaveLength(1)
  await delivery.pass(59 * SECOND)
  expect(sink.requests).toHaveLength(1)
  await delivery.pass(2 * MINUTE)
  expect(taken(sink)).toEqual(upTo(10))
})

test('two invocations at once send each event once', async () => {
  const delivery = aDelivery()
  const sink = await delivery.sink()
  sink.answers = async () => {
    await new Promise((resolve) => setTimeout(resolve, 1))
    return OK
  }
  await tell(400, NOW)
  await Promise.all([
    delivery.deliver([sink.id]),
    delivery.deliver([sink.id]),
    delivery.deliver([sink.id]),
  ])
  await delivery.settle()
  expect(taken(sink)).toEqual(upTo(400))
})

test('who lost the lease writes nothing, and whoever has it sends the same under the same ids', async () => {
  const delivery = aDelivery()
  const sink = await delivery.sink()
  sink.answers = async () => {
    if (sink.requests.length === 0) {
      const stolen = `UPDATE webhooks SET lease = 'another', lease_until = ?1`
      await env.DB.prepare(stolen)
        .bind(delivery.clock.now + MINUTE)
        .run()
    }
    return OK
  }
  await tell(5, NOW)
  await delivery.settle()
  expect(sink.requests).toHaveLength(5)
  expect(await attemptsOf(sink.id)).toEqual([])
  await delivery.settle()
  expect(sink.requests).toHaveLength(5)
  delivery.clock.now += 2 * MINUTE
  await delivery.settle()
  expect(sink.requests).toHaveLength(10)
  expect(new Set(sink.requests.map(({ id }) => id)).size).toBe(5)
  expect(await attemptsOf(sink.id)).toHaveLength(5)
})

test('a crash between the answer and the log repeats with the same ids', async () => {
  const crash = { is: false }
  const db = new Proxy(env.DB, {
    get(target, property) {
      if (property === 'batch' && crash.is) return () => Promise.reject(new Error('D1 is away'))
      const member: unknown = Reflect.get(target, property)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
  const delivery = aDelivery({ db })
  const sink = await delivery.sink()
  sink.answers = () => {
    crash.is = true
    return OK
  }
  await tell(5, NOW)
  await delivery.settle()
  expect(sink.requests).toHaveLength(5)
  expect(await attemptsOf(sink.id)).toEqual([])
  crash.is = false
  sink.answers = () => OK
  delivery.clock.now += 2 * MINUTE
  await delivery.settle()
  expect(sink.requests).toHaveLength(10)
  expect(new Set(sink.requests.map(({ id }) => id)).size).toBe(5)
  expect(await attemptsOf(sink.id)).toHaveLength(5)
})

test('what is replayed while it is being sent is sent once more', async () => {
  const delivery = aDelivery()
  const sink = await delivery.sink()
  const before = (await feedEnds(env.DB)).newest
  await tell(5, NOW)
  await delivery.settle()
  await tell(5, NOW, 5)
  let replayed = false
  sink.answers = async () => {
    if (!replayed) await replayAfter(env.DB, sink.id, { feed: before, now: NOW })
    replayed = true
    return OK
  }
  await delivery.settle()
  expect(new Set(taken(sink))).toEqual(new Set(upTo(10)))
  expect(taken(sink).filter((n) => n < 5)).toHaveLength(10)
  expect(
    (await attemptsOf(sink.id)).filter(({ number }) => number === 2).length,
  ).toBeGreaterThanOrEqual(5)
})

test('a row of many keys is sent in pieces, and what was begun is not begun again', async () => {
  const delivery = aDelivery()
  const sink = await delivery.sink(['email.opened'])
  const { id } = await anEmailRow()
  const keys = upTo(700).map((n) => [id, `open|${n}`])
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO events (email_id, key, type, at, recorded_at, recording, detail)
       SELECT value->>0, value->>1, 'open', ?2, ?2, 'r', '{}' FROM json_each(?1)`,
    ).bind(JSON.stringify(keys), NOW),
    env.DB.prepare('INSERT INTO feed (at, keys) VALUES (?1, ?2)').bind(NOW, JSON.stringify(keys)),
  ])
  let left = 450
  sink.answers = () => (left-- > 0 ? OK : answer(500))
  await delivery.settle()
  expect(sink.requests.length).toBeLessThan(460)
  const { cursor, cursor_key } = await webhookRow(sink.id)
  expect([cursor + 1, cursor_key]).toEqual([(await feedEnds(env.DB)).newest, sink.requests.length])
  left = Infinity
  await delivery.pass(10 * MINUTE)
  const arrived = sink.requests.filter(({ answered }) => answered === 200).map(({ id }) => id)
  expect(arrived).toHaveLength(700)
  expect(new Set(arrived).size).toBe(700)
})

test('a job that cannot be read is buried', async () => {
  const { deps } = aDelivery()
  await deliverWebhooks(aBatch({ version: 1, webhooks: [] }), deps)
  const letters = await env.DB.prepare('SELECT queue, reason FROM dead_letters').all()
  expect(letters.results).toEqual([{ queue: 'aerogram-webhooks', reason: 'not a webhook job' }])
})

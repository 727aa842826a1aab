import { env } from 'cloudflare:workers'
import { afterEach, expect, test } from 'vitest'
import { createSnsVerifier } from '../../src/aws/sns-verify.ts'
import { takeUndelivered as takeFromSns } from '../../src/events/sns.ts'
import { type EventJob, eventJob } from '../../src/queue/jobs.ts'
import { takeUndelivered } from '../../src/sweeper/take-undelivered.ts'
import { aDeadLetterQueue, type ADeadLetterQueue } from '../support/a-dead-letter-queue.ts'
import { aSweeper } from '../support/a-sweeper.ts'
import { databaseAway } from '../support/broken-database.ts'
import { ATTEMPT, SES_EVENTS } from '../support/ses-events.ts'
import { aNetwork, type Network } from '../support/sns-network.ts'
import {
  aConfirmation,
  aNotification,
  aSigner,
  type Fields,
  signedText,
  type Signer,
} from '../support/sns-signer.ts'
import { TOPIC } from '../support/sns-signer.ts'

const DAY = 24 * 60 * 60 * 1000
const ATTACKERS = 'arn:aws:sns:eu-west-1:999999999999:attacker'
const signer = await aSigner()

afterEach(async () => {
  await env.DB.batch(
    ['dead_letters', 'settings'].map((table) => env.DB.prepare(`DELETE FROM ${table}`)),
  )
})

interface World {
  queue: ADeadLetterQueue
  jobs: EventJob[]
  events: { away: boolean }
  network: Network
  drain(db?: D1Database): Promise<void>
}

/** The queue that SNS gave up into, before the real verifier and the real database. */
function aWorld(): World {
  const queue = aDeadLetterQueue()
  const network = aNetwork()
  network.answers.set(signer.certificateUrl, () => new Response(signer.pem))
  const jobs: EventJob[] = []
  const events = { away: false }
  const verify = createSnsVerifier({
    topics: [TOPIC],
    fetch: network.fetch,
    endpoint: undefined,
    now: Date.now,
    isConfirmed: async () => false,
  })
  const sns = {
    verify,
    queue: {
      async enqueue(job: EventJob) {
        if (events.away) throw new Error('the queue is away')
        jobs.push(eventJob.parse(job))
      },
    },
  }
  return {
    queue,
    jobs,
    events,
    network,
    async drain(db = env.DB) {
      const { deps } = aSweeper({
        db,
        now: Date.now,
        undelivered: { queue, take: (body) => takeFromSns(body, sns) },
      })
      await takeUndelivered(deps)
    },
  }
}

async function genuine(fields: Fields = {}, by: Signer = signer): Promise<string> {
  return JSON.stringify(await by.sign(aNotification(SES_EVENTS.Send, fields)))
}

async function letters(): Promise<Record<string, unknown>[]> {
  const { results } = await env.DB.prepare(
    'SELECT queue, reason, body, attempts, queued_at FROM dead_letters',
  ).all()
  return results
}

const ago = (ms: number) => new Date(Date.now() - ms).toISOString()

test('what SNS gave up on is taken as if SNS had posted it, and removed afterwards', async () => {
  const world = aWorld()
  for (let n = 0; n < 25; n += 1) world.queue.put(await genuine(), Date.now())
  await world.drain()
  expect(world.jobs).toHaveLength(25)
  expect(world.jobs[0]?.events).toMatchObject([{ type: 'send', attempt: ATTEMPT, source: 'ses' }])
  expect(world.queue.left()).toEqual([])
  expect(await letters()).toEqual([])
  expect(world.network.requests).toEqual([signer.certificateUrl])
})

test('as long as SQS keeps a message it is not too old', async () => {
  const world = aWorld()
  world.queue.put(await genuine({ Timestamp: ago(14 * DAY) }), Date.now())
  await world.drain()
  expect(world.jobs).toHaveLength(1)
})

test('a certificate that ran out while the message waited was good when it signed', async () => {
  const old = await aSigner({ to: Date.now() - DAY })
  const world = aWorld()
  world.network.answers.set(old.certificateUrl, () => new Response(old.pem))
  world.queue.put(await genuine({ Timestamp: ago(2 * DAY) }, old), Date.now())
  world.queue.put(await genuine({ Timestamp: ago(DAY / 2) }, old), Date.now())
  await world.drain()
  expect(world.jobs).toHaveLength(1)
  expect(await letters()).toMatchObject([{ reason: 'certificate was not valid then' }])
})

async function recut(): Promise<Fields> {
  const inner = aNotification(SES_EVENTS.Complaint)
  const smuggled = signedText(inner).slice('Message\n'.length)
  const theirs = await signer.sign(
    aNotification(smuggled.slice(0, -1), { TopicArn: ATTACKERS, Subject: undefined }),
  )
  const rest = signedText(theirs).slice(`Message\n${smuggled}`.length)
  return { ...theirs, ...inner, Type: `Notification\n${rest.slice(0, -1)}` }
}

const ATTACKS: [string, string, () => Promise<unknown>][] = [
  ['a text', 'not a message of SNS', async () => 'hello'],
  [
    'an event that nobody signed, as raw delivery leaves it',
    'not a message of SNS',
    async () => SES_EVENTS.Bounce,
  ],
  [
    'a notification without a signature',
    'SignatureVersion is missing or not a text',
    async () => aNotification(SES_EVENTS.Bounce),
  ],
  [
    'a changed event',
    'wrong signature',
    async () => {
      const fields = await signer.sign(aNotification(SES_EVENTS.Send))
      return { ...fields, Message: JSON.stringify(SES_EVENTS.Complaint) }
    },
  ],
  [
    'a notification of a foreign topic',
    'not our topic',
    async () => signer.sign(aNotification(SES_EVENTS.Bounce, { TopicArn: ATTACKERS })),
  ],
  [
    'a foreign one under the name of ours',
    'wrong signature',
    async () => ({
      ...(await signer.sign(aNotification(SES_EVENTS.Bounce, { TopicArn: ATTACKERS }))),
      TopicArn: TOPIC,
    }),
  ],
  ['a message of theirs, cut anew', 'unknown Type', recut],
  [
    'a message of theirs, cut anew and renamed',
    'wrong signature',
    async () => ({
      ...(await recut()),
      Type: 'Notification',
    }),
  ],
  [
    'one of the first signature version',
    'signature version not accepted',
    async () => signer.sign(aNotification(SES_EVENTS.Send), '1'),
  ],
  [
    'one signed with a certificate from elsewhere',
    'SigningCertURL is not of SNS',
    async () => ({
      ...(await signer.sign(aNotification(SES_EVENTS.Send))),
      SigningCertURL: `https://sns.eu-west-1.amazonaws.com.evil.dev${new URL(signer.certificateUrl).pathname}`,
    }),
  ],
  [
    'one older than SQS keeps any',
    'too old',
    async () => signer.sign(aNotification(SES_EVENTS.Send, { Timestamp: ago(16 * DAY) })),
  ],
  [
    'one from the future',
    'from the future',
    async () => signer.sign(aNotification(SES_EVENTS.Send, { Timestamp: ago(-DAY) })),
  ],
  ['a confirmation, however genuine', 'no notification', async () => signer.sign(aConfirmation())],
  [
    'the end of a subscription, however genuine',
    'no notification',
    async () => signer.sign(aConfirmation({ Type: 'UnsubscribeConfirmation' })),
  ],
  ['more than SNS ever carries', 'the body is too large', async () => 'x'.repeat(600_000)],
]

test.each(ATTACKS)('%s is buried and never taken', async (_, reason, make) => {
  const world = aWorld()
  const made = await make()
  const body = typeof made === 'string' ? made : JSON.stringify(made)
  world.queue.put(body, 1_764_000_000_000)
  world.queue.put(await genuine(), Date.now())
  await world.drain()
  expect(world.jobs).toHaveLength(1)
  expect(world.queue.left()).toEqual([])
  expect(await letters()).toEqual([
    {
      queue: 'aerogram-sns-dead',
      reason,
      body: JSON.stringify(body),
      attempts: 1,
      queued_at: 1_764_000_000_000,
    },
  ])
  expect(new Set(world.network.requests)).toEqual(new Set([signer.certificateUrl]))
  const { results } = await env.DB.prepare('SELECT * FROM subscriptions').all()
  expect(results).toEqual([])
})

test('a flood of nonsense is buried bit by bit, so that the sweep has queries left', async () => {
  const world = aWorld()
  for (let n = 0; n < 250; n += 1) world.queue.put(`nonsense ${n}`, Date.now())
  await world.drain()
  expect([(await letters()).length, world.queue.left().length]).toEqual([200, 50])
  await world.drain()
  expect([(await letters()).length, world.queue.left().length]).toEqual([250, 0])
})

test('a message that cannot be checked or kept now is left where it is', async () => {
  const world = aWorld()
  const body = await genuine()
  world.queue.put(body, Date.now())
  world.network.answers.set(signer.certificateUrl, () => new Response('', { status: 503 }))
  await world.drain()
  expect(world.queue.left()).toEqual([body])

  world.network.answers.set(signer.certificateUrl, () => new Response(signer.pem))
  world.events.away = true
  world.queue.showAgain()
  await world.drain()
  expect(world.queue.left()).toEqual([body])

  world.events.away = false
  await world.drain()
  expect([world.jobs.length, world.queue.left().length]).toEqual([0, 1])
  world.queue.showAgain()
  await world.drain()
  expect([world.jobs.length, world.queue.left().length]).toEqual([1, 0])
  expect(await letters()).toEqual([])
})

test('while the database is away nothing is received, let alone removed', async () => {
  const world = aWorld()
  world.queue.put('hello', Date.now())
  world.queue.put(await genuine(), Date.now())
  await expect(world.drain(databaseAway())).rejects.toThrow('overloaded')
  expect(world.queue.left()).toHaveLength(2)
  expect(world.jobs).toEqual([])
})

test('a message that SQS would not remove comes twice, and is one letter all the same', async () => {
  const world = aWorld()
  world.queue.put('hello', Date.now())
  world.queue.away.remove = true
  await expect(world.drain()).rejects.toThrow('SQS is away')
  world.queue.away.remove = false
  world.queue.showAgain()
  await world.drain()
  expect(world.queue.left()).toEqual([])
  expect(await letters()).toHaveLength(1)
})

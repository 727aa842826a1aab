import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { deliveryPolicy } from '../../src/simulator/sns/delivery-policy.ts'
import { poster } from '../../src/simulator/sns/post.ts'
import { anEndpoint } from './endpoint.ts'
import { anEmail } from './requests.ts'
import { aSimulator, everythingSetUp, TOPIC } from './running.ts'
import { until } from './until.ts'

const policy = (healthyRetryPolicy: object) =>
  deliveryPolicy(JSON.stringify({ healthyRetryPolicy })).retryDelays.map((delay) => delay / 1000)

test('without a policy there are three retries, 20 seconds apart', () => {
  expect(deliveryPolicy().retryDelays).toEqual([20_000, 20_000, 20_000])
})

test('a policy has four phases: at once, at the least delay, growing, at the greatest', () => {
  const phases = { minDelayTarget: 10, maxDelayTarget: 100, numRetries: 9 }
  expect(
    policy({
      ...phases,
      numNoDelayRetries: 2,
      numMinDelayRetries: 1,
      numMaxDelayRetries: 2,
      backoffFunction: 'linear',
    }),
  ).toEqual([0, 0, 10, 10, 40, 70, 100, 100, 100])
  const exponential = policy({ ...phases, numRetries: 3, backoffFunction: 'exponential' })
  expect(exponential.map((delay) => Math.round(delay))).toEqual([10, 32, 100])
})

const topic = (http: object) => JSON.stringify({ http })

test('a policy of the topic holds where the subscription has none, or may not have one', () => {
  const own = JSON.stringify({ healthyRetryPolicy: { numRetries: 1 } })
  const two = { defaultHealthyRetryPolicy: { numRetries: 2 } }
  expect(deliveryPolicy(undefined, topic(two)).retryDelays).toHaveLength(2)
  expect(deliveryPolicy(own, topic(two)).retryDelays).toHaveLength(1)
  const forced = topic({ ...two, disableSubscriptionOverrides: true })
  expect(deliveryPolicy(own, forced).retryDelays).toHaveLength(2)
})

test('SNS refuses a policy that would try for more than an hour', async () => {
  const { sns } = await aSimulator()
  await sns({ Action: 'CreateTopic', Name: 'aerogram' })
  const { status, xml } = await sns({
    Action: 'Subscribe',
    TopicArn: TOPIC,
    Protocol: 'http',
    Endpoint: 'http://127.0.0.1:1/sns',
    'Attributes.entry.1.key': 'DeliveryPolicy',
    'Attributes.entry.1.value': JSON.stringify({
      healthyRetryPolicy: { numRetries: 100, minDelayTarget: 60, maxDelayTarget: 60 },
    }),
  })
  expect(status).toBe(400)
  expect(xml).toContain('<Code>InvalidParameter</Code>')
  expect(xml).toContain('total retry time must not exceed 3600 seconds')
})

const QUEUE = 'arn:aws:sqs:eu-west-1:000000000000:dead'
const AT_ONCE = { healthyRetryPolicy: { numRetries: 2, numNoDelayRetries: 2 } }

async function answeredWith(statuses: number[], redrivePolicy?: object) {
  const simulator = await aSimulator()
  const left = [...statuses]
  const endpoint = await anEndpoint(({ body }) =>
    body.Subject === undefined ? 200 : (left.shift() ?? 200),
  )
  await everythingSetUp(simulator, endpoint, {
    deliveryPolicy: AT_ONCE,
    ...(redrivePolicy === undefined ? {} : { redrivePolicy }),
  })
  const to = { Destination: { ToAddresses: ['bounce@simulator.amazonses.com'] } }
  await simulator.rawSes('/v2/email/outbound-emails', anEmail(to))
  const tries = async () =>
    (await simulator.ledger()).events.map(({ deliveries }) =>
      deliveries.map(({ status }) => status),
    )
  return { ...simulator, endpoint, tries }
}

test.for([500, 503, 429])(
  'an event answered %i is told again under the same id',
  async (status) => {
    const { endpoint, tries } = await answeredWith([status, 200, 200])
    await until(() => endpoint.posts.filter(({ body }) => body.Subject !== undefined).length === 3)
    await until(async () => (await tries()).flat().length === 3)
    expect((await tries()).toSorted((a, b) => b.length - a.length)).toEqual([[status, 200], [200]])
    const ids = endpoint.posts
      .filter(({ body }) => body.Subject !== undefined)
      .map(({ body }) => body.MessageId)
    expect(new Set(ids).size).toBe(2)
  },
)

test.for([400, 403, 404])('%i is final: dropped, without a second try', async (status) => {
  const { tries, control } = await answeredWith([status, status])
  await until(async () => (await tries()).flat().length === 2)
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(await tries()).toEqual([[status], [status]])
  expect((await control('dead-letters')).json).toEqual({ deadLetters: [] })
})

test('what nobody took ends in the dead-letter queue, where there is one', async () => {
  const { tries, control } = await answeredWith([500, 500, 500, 500, 500, 500], {
    deadLetterTargetArn: QUEUE,
  })
  await until(async () => (await tries()).flat().length === 6)
  expect(await tries()).toEqual([
    [500, 500, 500],
    [500, 500, 500],
  ])
  expect((await control('dead-letters')).json).toMatchObject({
    deadLetters: [
      {
        queueArn: QUEUE,
        topicArn: TOPIC,
        status: 500,
        body: expect.stringContaining('"Signature":'),
      },
      { queueArn: QUEUE },
    ],
  })
})

test('an endpoint that does not answer in time is a status of 0', async () => {
  const silent = createServer()
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const address = silent.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const snsPoster = poster(1, 100)
  onTestFinished(() => {
    snsPoster.close()
    silent.close()
  })
  const started = Date.now()
  expect(await snsPoster.post(`http://127.0.0.1:${port}/`, {}, 'x')).toBe(0)
  expect(Date.now() - started).toBeGreaterThanOrEqual(99)
  expect(await snsPoster.post('http://127.0.0.1:1/', {}, 'x')).toBe(0)
})

import { setTimeout } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { listSubscriptions } from '../../src/aws/event-channel.ts'
import { callSns } from '../../src/aws/signed-call.ts'
import { SCALED_ACCOUNT, SCALED_SWEEP_SECONDS, SCALED_TIMES } from '../../src/cli/demo/scaled.ts'
import { LOCAL_CREDENTIALS } from '../../src/cli/simulator-process.ts'
import { type Stack, startStack } from '../../src/cli/stack.ts'
import { until } from '../../src/cli/until.ts'

const SECOND = 1000
const EMAILS = 60
/** Two seconds of patience for an hour of it: the outage stands for many. */
const IMPATIENT = { minDelayTarget: 1, maxDelayTarget: 1, numRetries: 2 }
const OUTAGE_MS = 20 * SECOND
const TOPIC = 'arn:aws:sns:eu-west-1:000000000000:aerogram-local'

const ledger = z.object({
  accepted: z.array(z.object({ attemptId: z.string(), to: z.array(z.string()) })),
  events: z.array(
    z.object({
      attemptId: z.string(),
      type: z.string(),
      deliveries: z.array(z.object({ status: z.number() })),
    }),
  ),
})
const health = z.object({ queues: z.record(z.string(), z.unknown()) })

test('events of an outage longer than SNS tries are exact in the end, and no doubt was settled without them', async () => {
  const stack = await startStack({
    directory: '.aerogram/test/outage',
    fresh: true,
    port: 0,
    simulatorPort: 0,
    sweepSeconds: SCALED_SWEEP_SECONDS,
    entry: 'test/support/outage-worker.ts',
    account: SCALED_ACCOUNT,
    eventDelay: 0.1,
    environment: { ...process.env, ...SCALED_TIMES, DOUBT_POLICY: 'resend' },
  })
  onTestFinished(() => stack.close())
  await makeImpatient(stack.simulator.url)
  await fetch(`${stack.api}/outage/begin`, { method: 'POST' })
  const rules = [
    // Some calls are accepted without our learning of it: only their events can tell.
    { fault: 'cut_after', p: 0.5, operation: 'SendEmail' },
    // Else the sweeper would have the events as soon as SNS gives up.
    { fault: 'sqs_down', p: 1 },
  ]
  await stack.simulator.control('faults', { seed: 7, rules })
  const people = Array.from(
    { length: EMAILS },
    (_, n) => `${kindOf(n)}+${n}@simulator.amazonses.com`,
  )
  await Promise.all(people.map((to) => send(stack, to)))
  await setTimeout(OUTAGE_MS)

  const during = await told(stack)
  expect(during.recorded).toEqual(new Set())
  expect(during.open).toBeGreaterThan(0)
  expect(during.deliveries.has(200)).toBe(false)
  const letters = await stack.simulator.control('dead-letters')
  expect(
    z.object({ deadLetters: z.array(z.unknown()) }).parse(letters).deadLetters.length,
  ).toBeGreaterThanOrEqual(2 * EMAILS)

  await stack.simulator.control('faults', { rules: [] })
  await fetch(`${stack.api}/outage/end`, { method: 'POST' })
  await until('Every event in the database', 60 * SECOND, async () => {
    const { happened, recorded, open } = await told(stack)
    return open === 0 && happened.size > 0 && happened.size === recorded.size
  })
  const { happened, recorded, accepted, states } = await told(stack)
  expect(recorded).toEqual(happened)
  // By the policy `resend` a doubt settled for want of events would have been sent once more.
  expect(accepted.filter((to) => people.includes(to)).toSorted()).toEqual(people.toSorted())
  expect(states).toEqual(['sent'])
  const answer = health.parse(await (await fetch(`${stack.api}/health`)).json())
  expect(answer.queues['events']).toMatchObject({ messages: 0 })
})

/** Events by attempt and type: what happened by the ledger, and what the database has of it. */
async function told({ simulator, worker }: Stack) {
  const { accepted, events } = ledger.parse(await simulator.control('ledger'))
  const [rows = [], open = [], states = []] = await worker.query([
    `SELECT detail->>'attempt' AS attempt, type FROM events WHERE key NOT LIKE 'local:%'`,
    `SELECT id FROM emails WHERE state NOT IN ('sent', 'suppressed', 'failed', 'unknown')`,
    `SELECT DISTINCT state FROM emails WHERE canary = 0`,
  ])
  return {
    happened: new Set(events.map(({ attemptId, type }) => `${attemptId} ${type.toLowerCase()}`)),
    deliveries: new Set(events.flatMap(({ deliveries }) => deliveries.map(({ status }) => status))),
    recorded: new Set(rows.map(({ attempt, type }) => `${String(attempt)} ${String(type)}`)),
    accepted: accepted.flatMap(({ to }) => to),
    open: open.length,
    states: states.map(({ state }) => state),
  }
}

async function makeImpatient(simulator: string): Promise<void> {
  const access = {
    ...LOCAL_CREDENTIALS,
    region: 'eu-west-1',
    sesEndpoint: simulator,
    snsEndpoint: simulator,
    sqsEndpoint: simulator,
  }
  for (const { arn } of await listSubscriptions(TOPIC, access)) {
    const change = {
      SubscriptionArn: arn ?? '',
      AttributeName: 'DeliveryPolicy',
      AttributeValue: JSON.stringify({ healthyRetryPolicy: IMPATIENT }),
    }
    await callSns('SetSubscriptionAttributes', change, access)
  }
}

async function send({ api, apiKey }: Stack, to: string): Promise<void> {
  const response = await fetch(`${api}/emails`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ from: 'hello@example.com', to, subject: 'Hello', text: 'Hello' }),
  })
  expect(response.status).toBe(200)
}

function kindOf(n: number): string {
  if (n % 10 === 0) return 'bounce'
  return n % 10 === 1 ? 'complaint' : 'success'
}

import { expect, test } from 'vitest'
import { Faults } from '../../src/simulator/faults.ts'
import { anEndpoint } from './endpoint.ts'
import { aBulk, anEmail } from './requests.ts'
import { aSimulator, everythingSetUp } from './running.ts'
import { until } from './until.ts'

const SEND = '/v2/email/outbound-emails'
const BULK = '/v2/email/outbound-bulk-emails'

async function struckBy(...rules: object[]) {
  const simulator = await aSimulator()
  await simulator.rawSes('/v2/email/configuration-sets', { ConfigurationSetName: 'main' })
  expect(await simulator.control('faults', { seed: 7, rules })).toMatchObject({ status: 200 })
  return simulator
}

const ANSWERED: [object, number, string | null, number][] = [
  [{ fault: 'throttle', p: 1 }, 429, 'TooManyRequestsException', 0],
  [{ fault: 'daily_quota', p: 1 }, 429, 'TooManyRequestsException', 0],
  [{ fault: 'error_before', p: 1 }, 500, 'InternalFailure', 0],
  [{ fault: 'error_before', p: 1, status: 503 }, 503, 'ServiceUnavailable', 0],
  [{ fault: 'error_after', p: 1, status: 500 }, 500, 'InternalFailure', 1],
  [{ fault: 'error_after', p: 1, status: 408 }, 408, 'RequestTimeoutException', 1],
  [{ fault: 'throttle', p: 0 }, 200, null, 1],
  [{ fault: 'throttle', p: 1, operation: 'SendBulkEmail' }, 200, null, 1],
  [{ fault: 'empty_array', p: 1 }, 200, null, 1],
]
test.for(ANSWERED)('SendEmail under %o answers %i %s', async ([rule, status, type, accepted]) => {
  const { rawSes, ledger } = await struckBy(rule)
  expect(await rawSes(SEND, anEmail())).toMatchObject({ status, type })
  const truth = await ledger()
  expect(truth.accepted).toHaveLength(accepted)
  expect(truth.calls.at(-1)).toMatchObject({
    operation: 'SendEmail',
    answered: status,
    attempts: ['attempt_1'],
  })
})

test.for([
  ['cut_before', 0],
  ['cut_after', 1],
] as const)('%s cuts the connection with %i accepted', async ([fault, accepted]) => {
  const { rawSes, ledger } = await struckBy({ fault, p: 1 })
  await expect(rawSes(SEND, anEmail())).rejects.toThrow('fetch failed')
  const truth = await ledger()
  expect(truth.accepted).toHaveLength(accepted)
  expect(truth.calls.at(-1)).toMatchObject({ answered: null, fault, attempts: ['attempt_1'] })
})

test('late answers after accepting', async () => {
  const { rawSes, summary } = await struckBy({ fault: 'late', p: 1, delayMs: 300 })
  const started = Date.now()
  const answer = rawSes(SEND, anEmail())
  await until(async () => (await summary()).accepted === 1)
  expect(Date.now() - started).toBeLessThan(300)
  expect(await answer).toMatchObject({ status: 200 })
  expect(Date.now() - started).toBeGreaterThanOrEqual(299)
})

test('half_json answers 200 with half of the truth', async () => {
  const { rawSes, summary } = await struckBy({ fault: 'half_json', p: 1 })
  const { status, text } = await rawSes(SEND, anEmail())
  expect(status).toBe(200)
  expect(() => JSON.parse(text)).toThrow(SyntaxError)
  expect((await summary()).accepted).toBe(1)
})

test.for([
  ['empty_array', 0],
  ['short_array', 5],
] as const)(
  '%s answers a bulk call of 10 with %i results, all accepted',
  async ([fault, length]) => {
    const { rawSes, summary } = await struckBy({ fault, p: 1 })
    const { status, text } = await rawSes(BULK, aBulk(10))
    expect(status).toBe(200)
    expect(JSON.parse(text).BulkEmailEntryResults).toHaveLength(length)
    expect((await summary()).accepted).toBe(10)
  },
)

const STATUSES = [
  'MESSAGE_REJECTED',
  'MAIL_FROM_DOMAIN_NOT_VERIFIED',
  'CONFIGURATION_SET_NOT_FOUND',
  'TEMPLATE_NOT_FOUND',
  'ACCOUNT_SUSPENDED',
  'ACCOUNT_THROTTLED',
  'ACCOUNT_DAILY_QUOTA_EXCEEDED',
  'INVALID_SENDING_POOL_NAME',
  'ACCOUNT_SENDING_PAUSED',
  'CONFIGURATION_SET_SENDING_PAUSED',
  'INVALID_PARAMETER',
  'TRANSIENT_FAILURE',
  'FAILED',
]
test('each of the 13 other entry statuses strikes one entry of a call, SUCCESS the rest', async () => {
  const { rawSes, summary } = await struckBy(
    ...STATUSES.map((status) => ({ fault: 'entry_status', p: 1, status })),
  )
  const { text } = await rawSes(BULK, aBulk(20))
  const results: { Status: string; MessageId?: string; Error?: string }[] =
    JSON.parse(text).BulkEmailEntryResults
  expect(results).toHaveLength(20)
  expect(results.filter(({ Status }) => Status === 'SUCCESS')).toHaveLength(7)
  for (const status of STATUSES) {
    const struck = results.filter(({ Status }) => Status === status)
    expect(struck).toEqual([{ Status: status, Error: expect.any(String) }])
  }
  expect((await summary()).accepted).toBe(7)
})

test('an entry may be accepted although its status says otherwise', async () => {
  const { rawSes, summary } = await struckBy(
    { fault: 'entry_status', p: 1, status: 'TRANSIENT_FAILURE', accepted: true },
    { fault: 'entry_status', p: 1, status: 'FAILED' },
  )
  await rawSes(BULK, aBulk(4))
  expect((await summary()).accepted).toBe(3)
})

test('a rule strikes as many times as it says', async () => {
  const { rawSes } = await struckBy({ fault: 'throttle', p: 1, times: 2 })
  const statuses = []
  for (let call = 0; call < 4; call++) statuses.push((await rawSes(SEND, anEmail())).status)
  expect(statuses).toEqual([429, 429, 200, 200])
})

const strikes = (seed: number) => {
  const faults = new Faults()
  faults.set({ seed, rules: [{ fault: 'cut_after', p: 0.3 }] })
  return Array.from({ length: 200 }, () => faults.onCall('SendEmail').whole !== null)
}

test('the same seed throws the same dice', () => {
  expect(strikes(1)).toEqual(strikes(1))
  expect(strikes(1)).not.toEqual(strikes(2))
  expect(strikes(3).filter(Boolean).length).toBeGreaterThan(40)
  expect(strikes(3).filter(Boolean).length).toBeLessThan(80)
})

async function toldUnder(...rules: object[]) {
  const simulator = await aSimulator()
  const endpoint = await anEndpoint()
  await everythingSetUp(simulator, endpoint)
  await until(() => endpoint.notifications().length === 1)
  await simulator.control('faults', { seed: 3, rules })
  return { ...simulator, endpoint }
}

test('event_lost happens and is told to nobody', async () => {
  const { rawSes, endpoint, ledger } = await toldUnder({ fault: 'event_lost', p: 1, event: 'Send' })
  await rawSes(SEND, anEmail())
  await until(() => endpoint.events().length === 1)
  expect(endpoint.events().map(({ eventType }) => eventType)).toEqual(['Delivery'])
  expect((await ledger()).events).toMatchObject([
    { type: 'Send', lost: true, deliveries: [] },
    { type: 'Delivery', lost: false },
  ])
})

test('event_double tells twice, under the same SNS id or a new one', async () => {
  const { rawSes, endpoint } = await toldUnder({ fault: 'event_double', p: 1 })
  await rawSes(BULK, aBulk(10))
  await until(() => endpoint.events().length === 40)
  const ids = new Set(
    endpoint.posts
      .filter(({ body }) => body.Subject !== undefined)
      .map(({ body }) => body.MessageId),
  )
  expect(ids.size).toBeGreaterThan(20)
  expect(ids.size).toBeLessThan(40)
})

test('event_late tells later', async () => {
  const { rawSes, endpoint } = await toldUnder({
    fault: 'event_late',
    p: 1,
    delayMs: 300,
    event: 'Send',
  })
  const started = Date.now()
  await rawSes(SEND, anEmail())
  await until(() => endpoint.events().length === 2)
  expect(endpoint.events().map(({ eventType }) => eventType)).toEqual(['Delivery', 'Send'])
  expect(Date.now() - started).toBeGreaterThanOrEqual(299)
})

test('event_shuffle lets events overtake each other', async () => {
  const { rawSes, endpoint } = await toldUnder({ fault: 'event_shuffle', p: 1, delayMs: 300 })
  await rawSes(BULK, aBulk(20))
  await until(() => endpoint.events().length === 40)
  const types = endpoint.events().map(({ eventType }) => eventType)
  expect(types.indexOf('Delivery')).toBeLessThan(types.lastIndexOf('Send'))
})

test('while SNS is down nothing is told; afterwards everything is', async () => {
  const { rawSes, endpoint, control, sns } = await toldUnder({ fault: 'sns_down', p: 1 })
  await rawSes(BULK, aBulk(5))
  expect(await sns({ Action: 'CreateTopic', Name: 'other' })).toMatchObject({ status: 503 })
  await new Promise((resolve) => setTimeout(resolve, 400))
  expect(endpoint.events()).toEqual([])
  await control('faults', { rules: [] })
  await until(() => endpoint.events().length === 10)
})

test('certificate_down answers 503 for the certificate', async () => {
  const { url, endpoint, control } = await toldUnder({ fault: 'certificate_down', p: 1, times: 1 })
  const path = new URL(endpoint.posts[0]?.body.SigningCertURL ?? '').pathname
  expect((await fetch(url + path)).status).toBe(503)
  expect((await fetch(url + path)).status).toBe(200)
  expect((await fetch(url + path.replace(/[0-9a-f]{4}\.pem/, '0000.pem'))).status).toBe(404)
  expect((await control('health')).status).toBe(200)
})

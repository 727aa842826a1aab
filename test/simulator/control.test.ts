import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { anEndpoint } from './endpoint.ts'
import { aBulk, anEmail } from './requests.ts'
import { aDirectory, aSimulator, everythingSetUp } from './running.ts'
import { until } from './until.ts'

const records = z.array(z.looseObject({}))
const wholeLedger = z.object({
  calls: records,
  accepted: records,
  events: records,
  people: records,
})

test('redeliver tells again, under the same ids, what was answered since', async () => {
  const simulator = await aSimulator()
  const endpoint = await anEndpoint()
  await everythingSetUp(simulator, endpoint)
  await simulator.rawSes('/v2/email/outbound-emails', anEmail())
  await until(async () => (await simulator.summary()).told['Delivery'] === 1)
  const between = Date.now() + 1
  await until(() => Date.now() > between)
  await simulator.rawSes('/v2/email/outbound-bulk-emails', aBulk(2))
  await until(async () => (await simulator.summary()).told['Delivery'] === 3)
  const before = endpoint.posts.map(({ text }) => text)

  const { json } = await simulator.control('redeliver', { since: new Date(between).toISOString() })
  expect(json).toEqual({ redelivered: 4 })
  await until(() => endpoint.posts.length === before.length + 4)
  for (const { text } of endpoint.posts.slice(before.length)) expect(before).toContain(text)
  expect((await simulator.control('redeliver', { since: Date.now() + 1000 })).json).toEqual({
    redelivered: 0,
  })
})

test('an event is pending until it was told to the end, and not at all when nobody wants it', async () => {
  const simulator = await aSimulator()
  let status = 500
  const endpoint = await anEndpoint(({ body }) => (body.Subject === undefined ? 200 : status))
  const slowly = { healthyRetryPolicy: { minDelayTarget: 1, maxDelayTarget: 1, numRetries: 3 } }
  await everythingSetUp(simulator, endpoint, { deliveryPolicy: slowly })
  const unwatched = anEmail({ ConfigurationSetName: undefined })
  await simulator.rawSes('/v2/email/outbound-emails', unwatched)
  await simulator.rawSes('/v2/email/outbound-emails', anEmail())
  await until(() => endpoint.events().length === 2)
  expect(await simulator.summary()).toMatchObject({ pending: 2, events: { Send: 2, Delivery: 2 } })
  status = 200
  await until(async () => (await simulator.summary()).pending === 0)
  expect((await simulator.summary()).told).toEqual({ Send: 1, Delivery: 1 })
})

test('the ledger line by line is the whole ledger', async () => {
  const simulator = await aSimulator()
  const endpoint = await anEndpoint()
  await everythingSetUp(simulator, endpoint)
  await simulator.rawSes('/v2/email/outbound-bulk-emails', aBulk(2))
  await until(async () => (await simulator.summary()).told['Delivery'] === 2)
  await simulator.control('person', { sesMessageId: 'all', does: 'open' })
  await until(async () => (await simulator.summary()).told['Open'] === 2)
  const ledger = wholeLedger.parse(await (await fetch(`${simulator.url}/_sim/ledger`)).json())
  const { calls, accepted, events, people } = ledger
  const lines = await (await fetch(`${simulator.url}/_sim/ledger.jsonl`)).text()
  expect(events).toHaveLength(6)
  expect(
    lines
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([
    ...calls.map((call) => ({ call })),
    ...accepted.map((email) => ({ accepted: email })),
    ...events.map((event) => ({ event })),
    ...people.map((person) => ({ person })),
  ])
})

test('reset empties the ledger and ends the misbehaviour; topics and sets stay', async () => {
  const simulator = await aSimulator()
  const endpoint = await anEndpoint()
  await everythingSetUp(simulator, endpoint)
  await simulator.rawSes('/v2/email/outbound-emails', anEmail())
  await until(async () => (await simulator.summary()).told['Delivery'] === 1)
  await simulator.control('faults', { rules: [{ fault: 'throttle', p: 1 }] })
  expect((await simulator.control('reset', {})).status).toBe(200)
  expect(await simulator.ledger()).toEqual({ calls: [], accepted: [], events: [], people: [] })
  expect((await simulator.control('inbox.json')).json).toEqual({ emails: [] })
  await simulator.rawSes('/v2/email/outbound-emails', anEmail())
  await until(() => endpoint.events('Delivery').length === 2)
  expect(await simulator.summary()).toMatchObject({ accepted: 1, attempts: 1 })
})

test.for([
  ['account', { maxSendRate: 0 }],
  ['account', { maxSendRat: 5 }],
  ['account', { overRate: 'sometimes' }],
  ['faults', { rules: [{ fault: 'nonsense', p: 1 }] }],
  ['faults', { rules: [{ fault: 'throttle', p: 2 }] }],
  ['faults', { rules: [{ fault: 'throttle' }] }],
  ['faults', { rules: [{ fault: 'late', p: 1 }] }],
  ['faults', { rules: [{ fault: 'event_lost', p: 1, event: 'Sent' }] }],
  ['faults', {}],
  ['person', { sesMessageId: 'all', does: 'sneeze', p: 1 }],
  ['redeliver', { since: 'yesterday' }],
  ['redeliver', {}],
  ['reset', { what: 'all' }],
] as const)('%s refuses %o and says why', async ([path, body]) => {
  const { control } = await aSimulator()
  const { status, json } = await control(path, body)
  expect(status).toBe(400)
  expect(json).toEqual({ message: expect.stringMatching(/./) })
})

test('a page from elsewhere cannot make a browser misuse the control', async () => {
  const { url } = await aSimulator()
  const reset = async (from: string) => {
    const headers = { 'sec-fetch-site': from }
    return (await fetch(`${url}/_sim/reset`, { method: 'POST', headers, body: '{}' })).status
  }
  expect(await reset('cross-site')).toBe(403)
  expect(await reset('same-origin')).toBe(200)
})

test('as a process it says when it is ready, and ends cleanly when told to', async () => {
  const main = new URL('../../src/simulator/main.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [main, '--port', '0', '--directory', aDirectory()])
  child.stdout.setEncoding('utf8')
  const [line] = await once(child.stdout, 'data')
  const ready: unknown = JSON.parse(String(line))
  expect(ready).toEqual({ ready: true, url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) })
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
})

test('as a process it refuses a port that is none', async () => {
  const main = new URL('../../src/simulator/main.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [main, '--port', 'x', '--directory', aDirectory()])
  expect(await once(child, 'exit')).toEqual([2, null])
})

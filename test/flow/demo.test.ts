import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'
import { runDemo } from '../../src/cli/demo/run.ts'
import { startStack } from '../../src/cli/stack.ts'
import { until } from '../../src/cli/until.ts'

const entry = 'test/support/limited.ts'
const stack = await startStack({
  directory: '.aerogram/test/path',
  port: 0,
  simulatorPort: 0,
  fresh: true,
  entry,
  environment: {},
})
afterAll(() => stack.close())

const headers = { authorization: `Bearer ${stack.apiKey}`, 'content-type': 'application/json' }
const WAIT_MS = 20_000

async function send(email: { to: string; html?: string; text?: string }): Promise<string> {
  const body = JSON.stringify({ from: 'You <you@example.com>', subject: 'Hello', ...email })
  const response = await fetch(`${stack.api}/emails`, { method: 'POST', headers, body })
  return z.object({ id: z.string() }).parse(await response.json()).id
}

async function read(id: string) {
  const response = await fetch(`${stack.api}/emails/${id}`, { headers })
  return z.object({ last_event: z.string(), ses: z.unknown() }).parse(await response.json())
}

function becomes(id: string, word: string): Promise<void> {
  return until(word, WAIT_MS, async () => (await read(id)).last_event === word)
}

test('an email posted to the Worker is sent, delivered and opened', async () => {
  const id = await send({ to: 'ada@example.com', html: '<p>Hello Ada</p>' })
  await becomes(id, 'delivered')
  expect(await stack.simulator.control('ledger?summary')).toMatchObject({ accepted: 1, lost: 0 })

  await stack.simulator.control('person', { sesMessageId: 'all', does: 'open', p: 1 })
  await becomes(id, 'opened')
  expect((await read(id)).ses).toMatchObject({ status: 'delivered', attempts: 1, doubted: false })
})

test('an address that bounced is not written to again', async () => {
  const email = { to: 'bounce+twice@simulator.amazonses.com', text: 'Hello' }
  await becomes(await send(email), 'bounced')
  const second = await send(email)
  await becomes(second, 'suppressed')

  const { accepted } = z
    .object({ accepted: z.array(z.object({ attemptId: z.string() })) })
    .parse(await stack.simulator.control('ledger'))
  expect(accepted.filter(({ attemptId }) => attemptId.startsWith(second))).toEqual([])
})

test('database and ledger agree on every email of a small demo and its broadcast', async () => {
  const { lines, broadcast } = await runDemo({
    emails: 120,
    seed: 5,
    kills: 0,
    broadcast: 500,
    account: {},
    limitSeconds: 60,
    stack: { directory: '.aerogram/test/demo', port: 0, simulatorPort: 0, entry, environment: {} },
    show: () => undefined,
    tell: () => undefined,
  })
  const all = [...lines, ...(broadcast?.lines ?? [])]
  expect(all.flatMap(({ differences }) => differences)).toEqual([])
  // Each kind of end was really among them.
  for (const { name, ledger } of all)
    expect({ name, some: ledger > 0 }).toEqual({ name, some: true })
  expect(broadcast?.calls).toBe(500 / 50)
})

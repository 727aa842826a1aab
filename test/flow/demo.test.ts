import { afterAll, expect, test } from 'vitest'
import { startStack } from '../../src/cli/stack.ts'
import { until } from '../../src/cli/until.ts'

const stack = await startStack({
  directory: '.aerogram/test/demo',
  port: 0,
  simulatorPort: 0,
  fresh: true,
  entry: 'test/support/limited.ts',
  environment: {},
})
afterAll(() => stack.close())

const headers = { authorization: `Bearer ${stack.apiKey}`, 'content-type': 'application/json' }

async function call(path: string, body?: object): Promise<Record<string, unknown>> {
  const response = await fetch(stack.api + path, {
    headers,
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  })
  expect(response.status).toBe(200)
  return await response.json()
}

test('an email posted to the Worker is sent, delivered and opened', async () => {
  const { id } = await call('/emails', {
    from: 'You <you@example.com>',
    to: 'ada@example.com',
    subject: 'Hello',
    html: '<p>Hello Ada</p>',
  })

  const becomes = (word: string) =>
    until(word, 20_000, async () => (await call(`/emails/${id}`))['last_event'] === word)
  await becomes('delivered')
  expect(await stack.simulator.control('ledger?summary')).toMatchObject({ accepted: 1, lost: 0 })

  await stack.simulator.control('person', { sesMessageId: 'all', does: 'open', p: 1 })
  await becomes('opened')
  const { ses } = await call(`/emails/${id}`)
  expect(ses).toMatchObject({ status: 'delivered', attempts: 1, doubted: false })
})

test('an address that bounced is not written to again', async () => {
  const to = 'bounce+twice@simulator.amazonses.com'
  const email = { from: 'you@example.com', to, subject: 'Hello', text: 'Hello' }
  const statusOf = async (id: unknown) => (await call(`/emails/${id}`))['last_event']

  const first = await call('/emails', email)
  await until('bounced', 20_000, async () => (await statusOf(first['id'])) === 'bounced')
  const second = await call('/emails', email)
  await until('suppressed', 20_000, async () => (await statusOf(second['id'])) === 'suppressed')

  expect(await stack.simulator.control('ledger')).toMatchObject({
    accepted: expect.not.arrayContaining([
      expect.objectContaining({ attemptId: expect.stringContaining(String(second['id'])) }),
    ]),
  })
})

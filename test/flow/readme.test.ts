import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { startStack } from '../../src/cli/stack.ts'
import { blocks, rows, section } from '../support/readme.ts'
import { aShell } from '../support/shell.ts'

const answers = z.object({
  draft: z.object({ id: z.uuid() }),
  upload: z.object({
    accepted: z.literal(2),
    invalid: z.object({ lines: z.tuple([z.object({ line: z.literal(3) })]) }),
  }),
  preflight: z.object({ ready: z.literal(true), sendable: z.literal(2) }),
  preview: z.object({ subject: z.literal('Ada, the club meets on Friday') }),
  tested: z.object({ data: z.tuple([z.object({ email: z.literal('you@example.com') })]) }),
  broadcast: z.object({ progress: z.looseObject({ state: z.enum(['sending', 'sent']) }) }),
  ledger: z.object({ data: z.array(z.object({ email: z.string() })).length(2) }),
})

const webhook = z.object({ object: z.literal('webhook'), signing_secret: z.string() })
const testEvent = z.object({
  object: z.literal('webhook_test'),
  type: z.literal('email.delivered'),
})
const told = z.object({ object: z.literal('list'), data: z.array(z.object({ type: z.string() })) })

test('the commands for broadcasts and webhooks do what the README says', async () => {
  const stack = await startStack({
    directory: '.aerogram/test/readme',
    port: 0,
    simulatorPort: 0,
    fresh: true,
    // Two recipients would be served before the reader can pause.
    account: { maxSendRate: 1 },
    environment: {},
  })
  onTestFinished(() => stack.close())
  const { directory, run } = aShell({}, { AEROGRAM_API_KEY: stack.apiKey })
  const commands = blocks(section('Broadcasts'), 'sh').join('\n')
  const printed = await run(commands.replace('http://127.0.0.1:8787', stack.api))

  const lines = printed.split('\n').filter((line) => line !== '')
  const [draft, upload, preflight, preview, tested, , , , , , broadcast, ledger] = lines.map(
    (line): unknown => JSON.parse(line),
  )
  const read = answers.parse({ draft, upload, preflight, preview, tested, broadcast, ledger })
  expect(rows(section('Progress')).map(([field]) => field)).toEqual(
    Object.keys(read.broadcast.progress),
  )
  expect(read.ledger.data.map(({ email }) => email).toSorted()).toEqual([
    'ada@example.com',
    'grace@example.com',
  ])
  const csv = readFileSync(join(directory, 'ledger.csv'), 'utf8')
  expect(csv).toContain('ada@example.com')

  const tell = blocks(section('Webhooks'), 'sh').join('\n')
  const answered = await run(tell.replace('http://127.0.0.1:8787', stack.api))
  const [made, tried, events] = answered
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line))
  webhook.parse(made)
  testEvent.parse(tried)
  expect(told.parse(events).data.map(({ type }) => type)).toContain('broadcast.sending')
})

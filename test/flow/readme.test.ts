import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { Webhook } from 'svix'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { startStack } from '../../src/cli/stack.ts'
import { until } from '../../src/cli/until.ts'
import { blocks, rows, section } from '../support/readme.ts'
import { aShell } from '../support/shell.ts'

const answers = z.object({
  draft: z.object({ id: z.uuid() }),
  upload: z.object({
    accepted: z.literal(2),
    invalid: z.object({ lines: z.tuple([z.object({ line: z.literal(3) })]) }),
  }),
  csv: z.object({ accepted: z.literal(1), invalid: z.object({ count: z.literal(0) }) }),
  preflight: z.object({ ready: z.literal(true), sendable: z.literal(3) }),
  preview: z.object({ subject: z.literal('Ada, the club meets on Friday') }),
  tested: z.object({ data: z.tuple([z.object({ email: z.literal('you@example.com') })]) }),
  broadcast: z.object({ progress: z.looseObject({ state: z.enum(['sending', 'sent']) }) }),
  ledger: z.object({ data: z.array(z.object({ email: z.string() })).length(3) }),
})

const afterwards = z.tuple([
  z.object({ object: z.literal('list'), data: z.tuple([]) }),
  z.object({ object: z.literal('broadcast'), id: z.uuid() }),
  z.object({ object: z.literal('broadcast'), recipients: z.literal(0) }),
  z.object({ object: z.literal('broadcast'), parent_id: z.uuid(), recipients: z.literal(3) }),
])

const webhook = z.object({ object: z.literal('webhook'), signing_secret: z.string() })
const testEvent = z.looseObject({
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
  const [later = ''] = blocks(section('Afterwards'), 'sh')
  const [first = '', ...others] = blocks(section('Broadcasts'), 'sh').filter(
    (each) => each !== later,
  )
  const commands = [first, ...others].join('\n')
  const printed = await run(commands.replace('http://127.0.0.1:8787', stack.api))

  const [draft, upload, csv, preflight, preview, tested, , , , , , broadcast, ledger] =
    jsonLines(printed)
  const read = answers.parse({ draft, upload, csv, preflight, preview, tested, broadcast, ledger })
  expect(rows(section('Progress')).map(([field]) => field)).toEqual(
    Object.keys(read.broadcast.progress),
  )
  expect(read.ledger.data.map(({ email }) => email).toSorted()).toEqual([
    'ada@example.com',
    'alan@example.com',
    'grace@example.com',
  ])
  expect(readFileSync(join(directory, 'ledger.csv'), 'utf8')).toContain('ada@example.com')

  // What the shell knew is said again, without another draft.
  const known = first.split('\n').filter((line) => /^(API=|call\(\)|BROADCAST=)/.test(line))
  const again = (command: string) =>
    run([...known, command].join('\n').replace('http://127.0.0.1:8787', stack.api))
  await until('The end of the broadcast', 20_000, async () => {
    const { progress } = answers.shape.broadcast.parse(JSON.parse(await again('call "$BROADCAST"')))
    return progress.state === 'sent'
  })
  afterwards.parse(jsonLines(await again(later)))

  const endpoint = await anEndpoint()
  const tell = blocks(section('Webhooks'), 'sh').join('\n')
  const answered = await run(
    tell
      .replace('http://127.0.0.1:8787', stack.api)
      .replace('http://127.0.0.1:3000/', endpoint.url),
  )
  const [made, tried, events] = jsonLines(answered)
  const { signing_secret: secret } = webhook.parse(made)
  expect(testEvent.parse(tried)).toMatchObject({ http_status_code: 200, delivered: true })
  expect(told.parse(events).data.map(({ type }) => type)).toContain('broadcast.sending')

  const { id } = await emailFrom(stack)
  const isDelivered = ({ body }: Received) => body.includes(id) && body.includes('email.delivered')
  await until('the word of it', 30_000, async () => endpoint.received.some(isDelivered))
  for (const { headers, body } of endpoint.received) new Webhook(secret).verify(body, headers)
})

interface Received {
  headers: Record<string, string>
  body: string
}

/** Takes in all that it is told. */
async function anEndpoint(): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = []
  const server = createServer((request, response) => {
    const chunks: string[] = []
    request.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk))
    request.on('end', () => {
      const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)])
      received.push({ headers: Object.fromEntries(headers), body: chunks.join('') })
      response.end()
    })
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { url: `http://127.0.0.1:${port}/`, received }
}

async function emailFrom({ api, apiKey }: { api: string; apiKey: string }) {
  const answer = await fetch(`${api}/emails`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      from: 'a@example.com',
      to: 'ada@example.com',
      subject: 'Hi',
      text: 'Hi',
    }),
  })
  return z.object({ id: z.uuid() }).parse(await answer.json())
}

function jsonLines(printed: string): unknown[] {
  const lines = printed.split('\n').filter((line) => line !== '')
  return lines.map((line): unknown => JSON.parse(line))
}

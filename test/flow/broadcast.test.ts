import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { startStack } from '../../src/cli/stack.ts'

const PEOPLE = 400
const RATE = 80

const PROGRESS = z.object({
  status: z.string(),
  progress: z.object({
    state: z.string(),
    audience: z.number(),
    sent: z.number(),
    in_doubt: z.number(),
    unknown: z.number(),
    failed: z.number(),
    skipped: z.object({ total: z.number() }),
    waiting: z.number(),
  }),
})
const PREVIEW = z.object({
  subject: z.string(),
  html: z.string(),
  text: z.string(),
  headers: z.array(z.object({ name: z.string(), value: z.string() })),
})
const INBOX = z.object({
  emails: z.array(
    z.object({
      to: z.array(z.string()),
      subject: z.string(),
      html: z.string(),
      text: z.string(),
      headers: z.array(z.object({ name: z.string(), value: z.string() })),
    }),
  ),
})

test('a broadcast is uploaded, paused, resumed and sent to everybody once, as its preview showed', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'aerogram-broadcast-'))
  const stack = await startStack({
    directory,
    port: 0,
    simulatorPort: 0,
    fresh: true,
    sweepSeconds: 5,
    account: { maxSendRate: RATE, latencyMs: 20 },
    environment: {},
  })
  const call = async (method: string, path: string, body?: BodyInit, headers = {}) => {
    const response = await fetch(`${stack.api}${path}`, {
      method,
      headers: { authorization: `Bearer ${stack.apiKey}`, ...headers },
      ...(body === undefined ? {} : { body }),
    })
    return { status: response.status, text: await response.text() }
  }
  const progressOf = async (id: string) => {
    const read = PROGRESS.parse(JSON.parse((await call('GET', `/broadcasts/${id}`)).text))
    const { sent, in_doubt, unknown, failed, skipped, waiting, audience } = read.progress
    expect(sent + in_doubt + unknown + failed + skipped.total + waiting).toBe(audience)
    return read.progress
  }
  try {
    const made = await call(
      'POST',
      '/broadcasts',
      JSON.stringify({
        from: 'Acme <news@example.com>',
        subject: 'For {{{FIRST_NAME|you}}} \\ {curly}',
        html: '<style>p{color:red}</style><body><p>{ {{ FIRST_NAME }} } {"a": "{{ plan | default: "free" }}"}</p><a href="{{{RESEND_UNSUBSCRIBE_URL}}}">Leave</a></body>',
        preview_text: 'Seat {{ seat }}',
        tracking: { pixel: false, ses: false },
      }),
    )
    expect(made.status).toBe(201)
    const { id } = z.object({ id: z.string() }).parse(JSON.parse(made.text))
    const lines = Array.from({ length: PEOPLE }, (_, n) =>
      JSON.stringify({
        email: `person${n}@example.com`,
        name: `Ada & ${n}`,
        variables: { seat: n, ...(n % 2 === 0 ? { plan: '<"gold\\">' } : {}) },
      }),
    )
    const upload = await call('POST', `/broadcasts/${id}/recipients`, gzipSync(lines.join('\n')), {
      'content-type': 'application/x-ndjson',
      'content-encoding': 'gzip',
    })
    expect(JSON.parse(upload.text)).toMatchObject({ accepted: PEOPLE })
    const checked = await call('GET', `/broadcasts/${id}/preflight`)
    expect(JSON.parse(checked.text)).toMatchObject({ ready: true, sendable: PEOPLE })

    expect(await call('POST', `/broadcasts/${id}/send`)).toMatchObject({ status: 200 })
    await expect
      .poll(async () => (await progressOf(id)).sent, { timeout: 30_000, interval: 100 })
      .toBeGreaterThan(PEOPLE / 4)
    expect(await call('POST', `/broadcasts/${id}/pause`)).toMatchObject({ status: 200 })
    await expect
      .poll(async () => {
        const before = (await progressOf(id)).sent
        await new Promise((resolve) => setTimeout(resolve, 1500))
        return (await progressOf(id)).sent - before
      })
      .toBe(0)
    const paused = await progressOf(id)
    expect(paused).toMatchObject({ state: 'paused' })
    expect(paused.waiting).toBeGreaterThan(0)
    expect(await call('POST', `/broadcasts/${id}/resume`)).toMatchObject({ status: 200 })
    await expect
      .poll(async () => (await progressOf(id)).state, { timeout: 30_000, interval: 250 })
      .toBe('sent')
    expect(await progressOf(id)).toMatchObject({ sent: PEOPLE, waiting: 0 })

    const arrived = async () => {
      const url = `${stack.simulator.url}/_sim/inbox.json?limit=5000`
      const { emails } = INBOX.parse(await (await fetch(url)).json())
      return Map.groupBy(emails, ({ to }) => /person\d+@example\.com/.exec(String(to))?.[0])
    }
    await expect
      .poll(async () => (await arrived()).size, { timeout: 20_000, interval: 500 })
      .toBe(PEOPLE)
    const received = await arrived()
    expect([...received.values()].filter((copies) => copies.length !== 1)).toEqual([])
    for (const person of [0, 1, 399]) {
      const address = `person${person}@example.com`
      const shown = await call('GET', `/broadcasts/${id}/preview?email=${address}`)
      const { headers, ...parts } = PREVIEW.parse(JSON.parse(shown.text))
      expect(received.get(address)).toMatchObject([
        { ...parts, headers: expect.arrayContaining(headers) },
      ])
    }
    const csv = await call('GET', `/broadcasts/${id}/ledger.csv`)
    expect(csv.text.trimEnd().split('\r\n')).toHaveLength(PEOPLE + 1)
  } finally {
    await stack.close()
    rmSync(directory, { recursive: true, force: true })
  }
})

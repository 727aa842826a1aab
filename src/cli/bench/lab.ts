import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { freePort } from '../port.ts'
import { startStack, type Stack } from '../stack.ts'

/** The Worker held to production's limits, and counting. */
const ENTRY = 'test/support/bench-worker.ts'
/** Production's cron. */
const SWEEP_SECONDS = 60
/** /proc counts time in these (sysconf(_SC_CLK_TCK), 100 on Linux). */
const TICK_MS = 10
/** Fields of /proc/<pid>/stat after the command: user and system time. */
const USER_TIME = 11

/** SES takes everything at once. */
export const UNLIMITED_RATE = 1_000_000
export const SES_LATENCY_MS = 50

const counted = z.object({
  counts: z.object({
    requests: z.number(),
    batches: z.number(),
    crons: z.number(),
    jobs: z.number(),
    redelivered: z.number(),
    largestJobBytes: z.number(),
    governor: z.number(),
    alarms: z.number(),
    recorded: z.number(),
    recordedAt: z.number(),
  }),
  rows: z.array(
    z.object({
      sql: z.string(),
      runs: z.number(),
      written: z.number(),
      read: z.number(),
      ms: z.number(),
    }),
  ),
})
export type Counted = z.infer<typeof counted>

export interface Lab {
  stack: Stack
  inspectorPort: number
  /** Calls the Worker; throws on anything but success. */
  post(path: string, body: string | object, contentType?: string): Promise<unknown>
  counted(): Promise<Counted>
  /** From here on counts begin at nothing. */
  forgetCounts(): Promise<void>
  /** Processor time of workerd so far, of the Worker with D1, queues and Durable Objects. */
  cpuMs(): number
}

/** Runs on a stack of its own: a fresh directory, free ports, and nothing of it is left. */
export async function inLab<T>(maxSendRate: number, use: (lab: Lab) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'aerogram-bench-'))
  const forget = () => rmSync(directory, { recursive: true, force: true })
  // A signal ends the process without a word to those who wait.
  process.once('exit', forget)
  const inspectorPort = await freePort(0, '')
  try {
    const stack = await startStack({
      directory,
      port: 0,
      simulatorPort: 0,
      inspectorPort,
      sweepSeconds: SWEEP_SECONDS,
      entry: ENTRY,
      account: { maxSendRate, max24HourSend: -1, latencyMs: SES_LATENCY_MS },
      environment: {},
    })
    try {
      return await use(labOf(stack, inspectorPort))
    } finally {
      await stack.close()
    }
  } finally {
    process.off('exit', forget)
    forget()
  }
}

function labOf(stack: Stack, inspectorPort: number): Lab {
  async function post(path: string, body: string | object, contentType = 'application/json') {
    const response = await fetch(stack.api + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${stack.apiKey}`, 'content-type': contentType },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${path} answered ${response.status} ${text}`)
    return JSON.parse(text)
  }

  return {
    stack,
    inspectorPort,
    post,
    async counted() {
      const response = await fetch(`${stack.api}/-bench/counts`)
      return counted.parse(await response.json())
    },
    async forgetCounts() {
      await post('/-bench/reset', {})
    },
    cpuMs() {
      const stat = readFileSync(`/proc/${stack.worker.pid()}/stat`, 'utf8')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return (Number(fields[USER_TIME]) + Number(fields[USER_TIME + 1])) * TICK_MS
    },
  }
}

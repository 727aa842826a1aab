import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'
import { freePort } from '../../src/cli/port.ts'
import { projectDirectory } from '../../src/cli/wrangler.ts'

const directory = join(projectDirectory, '.aerogram/test/start')
const port = await freePort(0, '')
const simulatorPort = await freePort(0, '')
const running: ChildProcess[] = []

afterAll(async () => {
  await Promise.all(running.map((child) => stop(child)))
})

function start(environment: Record<string, string> = {}) {
  const child = spawn(
    process.execPath,
    [
      join(projectDirectory, 'src/cli/start.ts'),
      '--json',
      `--port=${port}`,
      `--simulator-port=${simulatorPort}`,
      `--directory=${directory}`,
    ],
    { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  running.push(child)
  const lines: string[] = []
  const errors: string[] = []
  createInterface(child.stdout).on('line', (line) => lines.push(line))
  createInterface(child.stderr).on('line', (line) => errors.push(line))
  return { child, lines, errors }
}

async function ready({ child, lines, errors }: ReturnType<typeof start>) {
  await Promise.race([once(child.stdout ?? child, 'data'), once(child, 'exit')])
  expect(errors).toEqual([])
  return JSON.parse(lines[0] ?? '')
}

async function stop(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const exited = once(child, 'exit')
    child.kill('SIGINT')
    await exited
  }
  return child.exitCode
}

async function answers(url: string): Promise<boolean> {
  return await fetch(url).then(
    () => true,
    () => false,
  )
}

test('a setting that makes no sense is named', async () => {
  const { child, errors } = start({ LEASE_SECONDS: 'soon' })
  await once(child, 'close')
  expect(child.exitCode).toBe(1)
  expect(errors.join('\n')).toContain('LEASE_SECONDS')
})

test('the stack says in one line that it is ready, refuses a taken port, ends whole and remembers', async () => {
  rmSync(directory, { recursive: true, force: true })
  const first = start()
  const { api, simulator, apiKey, ...rest } = await ready(first)
  expect(rest).toEqual({ ready: true })
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' }
  const email = { from: 'you@example.com', to: 'ada@example.com', subject: 'Hello', text: 'Hello' }
  const posted = await fetch(`${api}/emails`, {
    method: 'POST',
    headers,
    body: JSON.stringify(email),
  })
  const { id } = z.object({ id: z.string() }).parse(await posted.json())

  const second = start()
  await once(second.child, 'close')
  expect(second.child.exitCode).toBe(1)
  expect(second.errors).toEqual([`Port ${port} is taken. Give another one with --port.`])

  expect(await stop(first.child)).toBe(0)
  expect(first.lines).toHaveLength(1)
  expect(await answers(api)).toBe(false)
  expect(await answers(simulator)).toBe(false)

  const again = start()
  expect(await ready(again)).toEqual({ ready: true, api, simulator, apiKey })
  const known = await fetch(`${api}/emails/${id}`, { headers })
  expect(await known.json()).toMatchObject({ id, subject: 'Hello' })
})

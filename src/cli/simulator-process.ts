import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const MAIN = join(import.meta.dirname, '../simulator/main.ts')
const STOP_MS = 5_000

/** Of the simulator, which knows no others. */
export const LOCAL_CREDENTIALS = {
  accessKeyId: 'AKIALOCALAEROGRAM00',
  secretAccessKey: 'local-secret-local-secret-local-secret',
}

export interface SimulatorOptions {
  port: number
  directory: string
  region: string
  /** Twelve digits, as in the ARN of the topic. */
  account: string
  /** Factor on the time that events take. */
  eventDelay: number
  log: (line: string) => void
}

export interface SimulatorProcess {
  url: string
  /** Calls one of its control endpoints. Throws on anything but success. */
  control(path: string, body?: object): Promise<unknown>
  close(): Promise<void>
}

/** SES and SNS on this machine, as a process of its own. Resolves when it listens. */
export async function startSimulatorProcess(options: SimulatorOptions): Promise<SimulatorProcess> {
  const child = spawn(
    process.execPath,
    [
      MAIN,
      `--port=${options.port}`,
      `--directory=${options.directory}`,
      `--region=${options.region}`,
      `--account=${options.account}`,
      `--access-key-id=${LOCAL_CREDENTIALS.accessKeyId}`,
      `--secret-access-key=${LOCAL_CREDENTIALS.secretAccessKey}`,
      `--event-delay=${options.eventDelay}`,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const exited = once(child, 'exit')
  const endWithUs = () => child.kill('SIGTERM')
  process.once('exit', endWithUs)
  createInterface(child.stderr).on('line', options.log)
  const lines = createInterface(child.stdout)
  const first = await Promise.race([once(lines, 'line'), exited.then(() => null)])
  if (first === null) throw new Error('The simulator did not start; its log says why.')
  lines.on('line', options.log)
  const url = `http://127.0.0.1:${options.port}`

  async function control(path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${url}/_sim/${path}`, body === undefined ? {} : posted(body))
    if (!response.ok) {
      throw new Error(
        `The simulator answered ${response.status} to ${path}: ${await response.text()}`,
      )
    }
    return await response.json()
  }

  async function close(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
    await exited
    process.off('exit', endWithUs)
    clearTimeout(timer)
  }

  return { url, control, close }
}

function posted(body: object): RequestInit {
  return {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  }
}

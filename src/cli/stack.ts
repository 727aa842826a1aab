import { createWriteStream, mkdirSync, rmSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { readConfig } from '../config.ts'
import { bundleWorker, migrate } from './bundle.ts'
import { healthy } from './healthy.ts'
import { saveKeySql } from './key-sql.ts'
import { localSecrets } from './local-secrets.ts'
import { freePort } from './port.ts'
import { redelivery } from './redelivery.ts'
import {
  LOCAL_CREDENTIALS,
  type SimulatorProcess,
  startSimulatorProcess,
} from './simulator-process.ts'
import { stackVars } from './stack-settings.ts'
import { subscribeWorker } from './subscribe.ts'
import { sweepEvery } from './sweep-loop.ts'
import { startWorkerProcess, type WorkerProcess } from './worker-process.ts'
import { projectDirectory } from './wrangler.ts'

export interface StackOptions {
  /** Where everything is kept that outlives a start. */
  directory: string
  /** 0 for any free one. */
  port: number
  simulatorPort: number
  /** Where workerd's inspector listens; null: nowhere. */
  inspectorPort: number | null
  /** Forget emails, ledger and all else of earlier starts; secrets and the API key stay. */
  fresh: boolean
  sweepSeconds: number
  /** The module that is bundled as the Worker. */
  entry: string
  /** What the simulated AWS account is to be like before anyone asks, as `POST /_sim/account` takes it. */
  account: object
  /** Factor on the time that the simulator's events take. */
  eventDelay: number
  /** Overrides settings: `process.env`. */
  environment: Readonly<Record<string, string | undefined>>
  /** Vars of an entry that is not the product's own. */
  vars: Readonly<Record<string, string>>
  log: (line: string) => void
}

export interface Stack {
  /** Origin of the Worker. */
  api: string
  apiKey: string
  simulator: SimulatorProcess
  worker: WorkerProcess
  /** How often workerd died and was brought back, events and all. */
  revivals(): number
  /** Puts a newly bundled version in the place of the running one, in the middle of whatever it does. */
  deploy(): Promise<void>
  /** Ends what was started here, and nothing else. */
  close(): Promise<void>
}

/** All of Aerogram on this machine: the Worker as it would be deployed, beside a stand-in for AWS. */
export async function startStack(given: Partial<StackOptions> = {}): Promise<Stack> {
  const options = { ...defaults(), ...given }
  const directory = resolve(projectDirectory, options.directory)
  const state = join(directory, 'state')
  const simulated = join(directory, 'simulator')
  const logFile = join(directory, 'stack.log')
  if (options.fresh) {
    for (const old of [state, simulated, logFile]) rmSync(old, { recursive: true, force: true })
  }
  mkdirSync(directory, { recursive: true })
  // The end of an earlier start was a death of workerd too.
  const endedAt = statSync(logFile, { throwIfNoEntry: false })?.mtimeMs
  const port = await freePort(options.port, '--port')
  const simulatorPort = await freePort(options.simulatorPort, '--simulator-port')
  const api = `http://127.0.0.1:${port}`
  const aws = `http://127.0.0.1:${simulatorPort}`

  const secrets = localSecrets(directory)
  const vars = stackVars(
    { api, simulator: aws },
    secrets,
    options.sweepSeconds,
    options.environment,
  )
  const config = readConfig(vars)
  const topicArn = config.SNS_TOPIC_ARNS[0] ?? ''
  const apiKey = options.environment['AEROGRAM_API_KEY'] ?? secrets.apiKey
  const saveKey = await saveKeySql(apiKey, { name: 'local', scope: 'full_access', now: Date.now() })

  const parts: { close(): Promise<void> }[] = []
  const log = logTo(logFile, options.log, parts)
  let revivals = 0
  let closing: Promise<void> | undefined
  const close = () => (closing ??= closeAll(parts))

  try {
    const [script] = await Promise.all([
      bundleWorker(options.entry, join(directory, 'bundle')),
      migrate(state),
    ])
    const simulator = await startSimulatorProcess({
      port: simulatorPort,
      directory: simulated,
      region: config.AWS_REGION,
      account: topicArn.split(':')[4] ?? '',
      eventDelay: options.eventDelay,
      log: (line) => log('simulator', line),
    })
    parts.push(simulator)
    const again = redelivery(simulator, api, (line) => log('stack', line))
    await simulator.control('account', options.account)
    const worker = await startWorkerProcess({
      script,
      directory: state,
      port,
      inspectorPort: options.inspectorPort,
      vars: { ...vars, ...options.vars },
      log: (line) => log('worker', line),
      died: (at) => again.after(at),
      revived() {
        revivals += 1
        log('stack', 'workerd died and is back')
      },
    })
    parts.push(worker)
    await healthy(api)
    await worker.query([saveKey])
    await subscribeWorker(
      {
        topicArn,
        configurationSet: config.SES_CONFIGURATION_SET,
        endpoint: `${api}/sns`,
        deadLetterQueueUrl: config.SNS_DEAD_LETTER_QUEUE_URL,
      },
      {
        region: config.AWS_REGION,
        ...LOCAL_CREDENTIALS,
        sesEndpoint: aws,
        snsEndpoint: aws,
        sqsEndpoint: aws,
      },
    )
    if (endedAt !== undefined) again.after(endedAt)
    parts.push(
      sweepEvery(options.sweepSeconds, worker, again.isRunning, (line) => log('stack', line)),
    )
    const deploy = async () =>
      worker.deploy(await bundleWorker(options.entry, join(directory, `bundle-${Date.now()}`)))
    return { api, apiKey, simulator, worker, revivals: () => revivals, deploy, close }
  } catch (error) {
    await close()
    throw error
  }
}

function defaults(): StackOptions {
  return {
    directory: '.aerogram',
    port: 8787,
    simulatorPort: 8790,
    inspectorPort: null,
    fresh: false,
    sweepSeconds: 5,
    entry: 'src/index.ts',
    account: {},
    eventDelay: 1,
    environment: process.env,
    vars: {},
    log: () => undefined,
  }
}

function logTo(path: string, also: (line: string) => void, parts: { close(): Promise<void> }[]) {
  const file = createWriteStream(path, { flags: 'a' })
  parts.push({ close: async () => new Promise((resolve) => file.end(resolve)) })
  return (source: string, line: string) => {
    file.write(`${new Date().toISOString()} ${source} ${line}\n`)
    also(`${source} ${line}`)
  }
}

/** The last one first: nothing may need what is already gone. */
async function closeAll(parts: { close(): Promise<void> }[]): Promise<void> {
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) await part.close()
}

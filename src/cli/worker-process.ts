import { ChildProcess } from 'node:child_process'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { join } from 'node:path'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { unstable_getMiniflareWorkerOptions } from 'wrangler'
import { z } from 'zod'
import { consoleWorker, type Row } from './console-worker.ts'
import { projectDirectory } from './wrangler.ts'

const WORKER = 'aerogram-local'
const MAX_REVIVALS = 5

const known = z.object({
  compatibilityDate: z.string(),
  d1Databases: z.object({ DB: z.object({ id: z.string() }) }),
  bindings: z.record(z.string(), z.json()),
})

export interface WorkerOptions {
  /** What `wrangler deploy` would upload. */
  script: string
  /** Where D1, R2 and Durable Objects lie; wrangler's `--persist-to`. */
  directory: string
  port: number
  /** Null: no inspector. */
  inspectorPort: number | null
  vars: Record<string, string>
  log: (line: string) => void
  /** workerd died at that moment, epoch milliseconds. */
  died: (at: number) => void
  /** It runs again. */
  revived: () => void
}

export interface WorkerProcess {
  /** Of workerd; another one after it died. */
  pid(): number | undefined
  /** Runs SQL on its database: the rows of each statement, all of one moment. */
  query(statements: string[]): Promise<Row[][]>
  runCron(): Promise<void>
  /** Ends the running version and starts that script. */
  deploy(script: string): Promise<void>
  close(): Promise<void>
}

/** The vars of wrangler.toml's top level and of `.dev.vars`. */
export function localVars(): Record<string, string> {
  const { bindings } = known.parse(tomlOptions())
  const entries = Object.entries(bindings)
  return Object.fromEntries(
    entries.map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  )
}

/**
 * The Worker on workerd with every binding of wrangler.toml. Miniflare starts workerd again when it
 * dies, but not when it dies while starting: that is done here.
 */
export async function startWorkerProcess(options: WorkerOptions): Promise<WorkerProcess> {
  let workerd: ChildProcess | undefined
  const ending = new AbortController()
  let reviving = Promise.resolve()
  // Miniflare does not tell the process it started; Node does.
  const seen = (message: unknown) => {
    if (!(message instanceof Object && 'process' in message)) return
    const child = message.process
    if (!(child instanceof ChildProcess)) return
    child.once('spawn', () => {
      if (!child.spawnargs.some((argument) => argument.endsWith(`:${options.port}`))) return
      workerd = child
      child.once('exit', () => {
        if (ending.signal.aborted) return
        options.died(Date.now())
        reviving = reviving.then(revive)
      })
    })
  }
  subscribe('child_process', seen)

  const toml = tomlOptions()
  const { compatibilityDate, d1Databases } = known.parse(toml)
  const reach = consoleWorker(WORKER, d1Databases.DB.id, compatibilityDate)
  const settingsFor = (script: string) => ({
    ...convertV4MiniflareOptions({
      host: '127.0.0.1',
      port: options.port,
      ...(options.inspectorPort === null ? {} : { inspectorPort: options.inspectorPort }),
      cf: false,
      logRequests: false,
      handleStructuredLogs: ({ level, message }) => options.log(`${level} ${message}`),
      workers: [
        {
          ...toml,
          name: WORKER,
          bindings: options.vars,
          modules: [{ type: 'ESModule', path: script }],
          modulesRoot: join(script, '..'),
        },
        reach.options,
      ],
    }),
    resourcePersistencePath: join(options.directory, 'v3'),
  })
  let settings = settingsFor(options.script)
  const miniflare = new Miniflare(settings)
  await miniflare.ready

  async function revive(): Promise<void> {
    // Miniflare hears of the death after us.
    await new Promise(setImmediate)
    for (let tries = 0; !ending.signal.aborted && tries < MAX_REVIVALS; tries += 1) {
      try {
        await miniflare.ready
        return options.revived()
      } catch (error) {
        options.log(`warn workerd did not come back: ${String(error)}`)
        await miniflare.setOptions(settings).catch(() => undefined)
      }
    }
  }

  return {
    pid: () => workerd?.pid,
    query: (statements) => reach.query(miniflare.dispatchFetch, statements),
    runCron: () => reach.cron(miniflare.dispatchFetch),
    async deploy(script) {
      settings = settingsFor(script)
      await miniflare.setOptions(settings)
    },
    async close() {
      ending.abort()
      unsubscribe('child_process', seen)
      await reviving
      await miniflare.dispose()
    },
  }
}

function tomlOptions() {
  return unstable_getMiniflareWorkerOptions(join(projectDirectory, 'wrangler.toml')).workerOptions
}

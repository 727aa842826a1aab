import { randomBytes } from 'node:crypto'
import { z } from 'zod'

const ORIGIN = 'http://console.aerogram.invalid'

// Miniflare's own stubs wait in Node's one thread for workerd, which may be waiting for that very
// thread to read its log: a deadlock. This is asked by ordinary requests instead.
const SCRIPT = `export default {
  async fetch(request, env) {
    if (request.headers.get('x-token') !== env.TOKEN) return new Response(null, { status: 404 })
    const { cron, statements } = await request.json()
    if (cron) return Response.json(await env.WORKER.scheduled({ cron }))
    const results = await env.DB.batch(statements.map((statement) => env.DB.prepare(statement)))
    return Response.json(results.map(({ results }) => results))
  },
}`

type Fetch = (
  url: string,
  init: { method: string; body: string; headers: object },
) => Promise<{
  ok: boolean
  status: number
  text(): Promise<string>
}>

/** A second Worker beside ours on the same workerd, through which its database and its cron are reached. */
export function consoleWorker(worker: string, databaseId: string, date: string) {
  const token = randomBytes(16).toString('hex')

  async function post(fetch: Fetch, body: object): Promise<unknown> {
    const response = await fetch(ORIGIN, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'x-token': token },
    })
    const text = await response.text()
    if (response.ok) return JSON.parse(text)
    throw new Error(`workerd answered ${response.status}: ${text}`)
  }

  return {
    options: {
      name: 'console',
      compatibilityDate: date,
      compatibilityFlags: ['service_binding_extra_handlers'],
      routes: [`${new URL(ORIGIN).host}/*`],
      modules: [{ type: 'ESModule' as const, path: 'console.mjs', contents: SCRIPT }],
      bindings: { TOKEN: token },
      d1Databases: { DB: databaseId },
      serviceBindings: { WORKER: worker },
    },
    /** Rows of each statement, all of one moment. */
    async query(fetch: Fetch, statements: string[]): Promise<Row[][]> {
      return rows.parse(await post(fetch, { statements }))
    },
    async cron(fetch: Fetch): Promise<void> {
      await post(fetch, { cron: '* * * * *' })
    },
  }
}

export type Row = Record<string, unknown>
const rows = z.array(z.array(z.record(z.string(), z.unknown())))

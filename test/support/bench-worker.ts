import worker, { Governor as Unlimited } from '../../src/index.ts'
import type { EventJob } from '../../src/queue/jobs.ts'
import { limitedDatabase } from './limited-database.ts'
import { Invocation } from './invocation.ts'
import { underLimits } from './limits.ts'
import { rowsWritten, total } from './rows-written.ts'

// The Worker as test/support/limited.ts has it, and what it did told by count: the entry of the bench.

type Bindings = Parameters<typeof worker.queue>[1]

const counts = {
  /** Over HTTP, those of this file not. */
  requests: 0,
  /** Of queues. */
  batches: 0,
  crons: 0,
  /** Delivered for the first time, so written and deleted once. */
  jobs: 0,
  redelivered: 0,
  /** Of one job in each batch, as JSON. */
  largestJobBytes: 0,
  /** Calls of the Governor and its alarms. */
  governor: 0,
  alarms: 0,
  /** Jobs of the events queue that are done, and when the last was (epoch milliseconds). */
  recorded: 0,
  recordedAt: 0,
}

/** Releases write to D1 from the Durable Object, which is not under limits; its rows count too. */
export class Governor extends Unlimited {
  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, { ...env, DB: limitedDatabase(env.DB, 'DB', () => new Invocation()) })
  }
}

const base: object = Object.getPrototypeOf(Unlimited.prototype)
for (const name of Object.getOwnPropertyNames(base)) {
  const method: unknown = Reflect.get(base, name)
  if (name === 'constructor' || typeof method !== 'function') continue
  Object.defineProperty(Governor.prototype, name, {
    value(this: unknown, ...args: unknown[]): unknown {
      counts.governor += 1
      if (name === 'alarm') counts.alarms += 1
      return Reflect.apply(method, this, args)
    },
  })
}

const limited = underLimits(worker)

export default {
  async fetch(request, env, ctx) {
    const { pathname } = new URL(request.url)
    if (pathname === '/-bench/counts') return told()
    if (pathname === '/-bench/reset') return forget()
    if (pathname === '/-bench/events') return enqueue(await request.json(), env.EVENTS)
    counts.requests += 1
    return (await limited.fetch?.(request, env, ctx)) ?? new Response(null, { status: 404 })
  },
  async queue(batch, env, ctx) {
    counts.batches += 1
    for (const { attempts } of batch.messages) {
      if (attempts === 1) counts.jobs += 1
      else counts.redelivered += 1
    }
    const bytes = JSON.stringify(batch.messages[0]?.body ?? null).length
    counts.largestJobBytes = Math.max(counts.largestJobBytes, bytes)
    await limited.queue?.(batch, env, ctx)
    if (!batch.queue.endsWith('-events')) return
    counts.recorded += batch.messages.length
    counts.recordedAt = Date.now()
  },
  async scheduled(controller, env, ctx) {
    counts.crons += 1
    await limited.scheduled?.(controller, env, ctx)
  },
} satisfies ExportedHandler<Bindings>

function told(): Response {
  return Response.json({ counts, rows: [...rowsWritten()].map(([sql, of]) => ({ sql, ...of })) })
}

function forget(): Response {
  for (const name of Object.keys(counts)) Object.assign(counts, { [name]: 0 })
  total.bySql.clear()
  return Response.json({})
}

const JOBS_A_BATCH = 100

/** Straight into the queue, past HTTP and signatures: one event a job, as the door makes them. */
async function enqueue(events: EventJob['events'], queue: Queue<EventJob>): Promise<Response> {
  for (let start = 0; start < events.length; start += JOBS_A_BATCH) {
    const part = events.slice(start, start + JOBS_A_BATCH)
    await queue.sendBatch(part.map((event) => ({ body: { version: 1, events: [event] } })))
  }
  return Response.json({ enqueued: events.length })
}

import worker, { Governor as Plain } from '../../src/index.ts'
import { underLimits } from '../support/limits.ts'
import { breakableDatabase } from './worker/breakable-database.ts'
import { breakFetch } from './worker/breakable-fetch.ts'
import { breakableQueue, driversQueue } from './worker/breakable-queue.ts'
import { setClock, watchClock } from './worker/clock.ts'
import { type Delivery, deliver } from './worker/dispatch.ts'
import { reach } from './worker/points.ts'

// The Worker as it is deployed, under production's limits, with a driver that may break what it stands on.

type Bindings = Parameters<typeof worker.queue>[1]
type Given = Bindings & { FAULTS_QUEUES?: string; FAULTS_DEAD_LETTERS?: string }

watchClock()
breakFetch()

export class Governor extends Plain {
  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, breakable(env))
  }
}

const limited = underLimits<Bindings, unknown>({
  fetch: (request, env, ctx) => worker.fetch(request, breakable(env), ctx),
  queue: (batch, env) => worker.queue(batch, breakable(env)),
  scheduled: (controller, env) => worker.scheduled(controller, breakable(env)),
})

export default {
  async fetch(request, env, ctx) {
    const { pathname } = new URL(request.url)
    if (pathname === '/-faults/queue') {
      const delivery: Delivery = await request.json()
      return Response.json(
        await deliver(delivery, async (batch) => limited.queue?.(batch, env, ctx)),
      )
    }
    if (pathname === '/-faults/clock') {
      const { offsetMs }: { offsetMs: number } = await request.json()
      setClock(offsetMs)
      return Response.json({})
    }
    const answer = async () =>
      (await limited.fetch?.(request, env, ctx)) ?? new Response(null, { status: 404 })
    return pathname === '/sns' ? atTheDoor(answer) : answer()
  },
  async queue(batch, env, ctx) {
    await limited.queue?.(batch, env, ctx)
  },
  async scheduled(controller, env, ctx) {
    await limited.scheduled?.(controller, env, ctx)
  },
} satisfies ExportedHandler<Bindings>

/** Where SNS knocks: the endpoint may be away, and its answer may be lost. */
async function atTheDoor(answer: () => Promise<Response>): Promise<Response> {
  try {
    await reach('sns', 'before')
    const response = await answer()
    await reach('sns', 'after')
    return response
  } catch (error) {
    return new Response(String(error), { status: 503 })
  }
}

const broken = new WeakMap<object, Bindings>()

/** One wrapped env per env, so that what is kept per env stays kept. */
function breakable(env: Given): Bindings {
  const known = broken.get(env)
  if (known !== undefined) return known
  const own = env.FAULTS_QUEUES === 'driver'
  const made: Bindings = {
    ...env,
    DB: breakableDatabase(env.DB),
    SEND: own
      ? driversQueue('aerogram-local-send', 'enqueue')
      : breakableQueue(env.SEND, 'enqueue'),
    BROADCAST: own
      ? driversQueue('aerogram-local-broadcast', 'enqueue')
      : breakableQueue(env.BROADCAST, 'enqueue'),
    EVENTS: own
      ? driversQueue('aerogram-local-events', 'event enqueue')
      : breakableQueue(env.EVENTS, 'event enqueue'),
    WEBHOOKS: own
      ? driversQueue('aerogram-local-webhooks', 'webhook enqueue')
      : breakableQueue(env.WEBHOOKS, 'webhook enqueue'),
  }
  if (env.FAULTS_DEAD_LETTERS === 'off') Reflect.deleteProperty(made, 'SNS_DEAD_LETTER_QUEUE_URL')
  broken.set(env, made)
  return made
}

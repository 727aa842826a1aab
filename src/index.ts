import { type Config, readConfig } from './config.ts'
import { apiOf } from './roles/api.ts'
import type { Governors } from './roles/bindings.ts'
import { consumerOf } from './roles/consumer.ts'
import { eventsOf } from './roles/events.ts'
import { sweeperOf } from './roles/sweeper.ts'
import { gatheredWaker } from './roles/webhooks.ts'

/** As generated from wrangler.toml, which does not know the Governor's methods. */
type Bindings = Omit<Env, 'GOVERNOR'> & Governors

export { Governor } from './roles/governor.ts'

/** The Worker: fetch by path, queue by name, cron. */
export default {
  async fetch(request, env, ctx) {
    const worker = assembled(env)
    if (worker instanceof Error) return misconfigured(worker)
    const { pathname } = new URL(request.url)
    const told = pathname === '/sns' || /^\/[cou]\//.test(pathname)
    const answer = await (told ? worker.events : worker.api).fetch(request, env, ctx)
    // Host applications are told what a request changed; what SNS told wakes them once it is recorded.
    const changes = !['GET', 'HEAD'].includes(request.method) && pathname !== '/sns'
    if (changes) ctx.waitUntil(worker.wake())
    return answer
  },
  async queue(batch, env) {
    const worker = assembled(env)
    if (worker instanceof Error) return batch.retryAll({ delaySeconds: 60 })
    await worker.consume(batch)
  },
  async scheduled(_controller, env) {
    const worker = assembled(env)
    if (worker instanceof Error) throw worker
    await worker.sweep()
  },
} satisfies ExportedHandler<Bindings>

interface Assembled {
  api: ReturnType<typeof apiOf>
  events: ReturnType<typeof eventsOf>
  consume: ReturnType<typeof consumerOf>
  sweep: ReturnType<typeof sweeperOf>
  wake: ReturnType<typeof gatheredWaker>
}

const isolates = new WeakMap<object, Assembled>()

/** Once per isolate: roles keep certificates and request rates. An Error says what to set. */
function assembled(env: Bindings): Assembled | Error {
  const known = isolates.get(env)
  if (known !== undefined) return known
  let config: Config
  try {
    config = readConfig(env)
  } catch (error) {
    console.error('worker stopped', { reason: String(error) })
    return error instanceof Error ? error : new Error(String(error))
  }
  const worker: Assembled = {
    api: apiOf(env, config),
    events: eventsOf(env, config),
    consume: consumerOf(env, config),
    sweep: sweeperOf(env, config),
    wake: gatheredWaker(env),
  }
  isolates.set(env, worker)
  return worker
}

function misconfigured({ message }: Error): Response {
  return Response.json(
    { statusCode: 500, name: 'application_error', message },
    { status: 500, headers: { 'content-type': 'application/json; charset=utf-8' } },
  )
}

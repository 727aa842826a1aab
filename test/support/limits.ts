import { Invocation, invocation } from './invocation.ts'
import { limitedDatabase } from './limited-database.ts'
import { limitedQueue } from './limited-queue.ts'

/**
 * The same Worker held against production's limits, which the local runtime does not enforce: its
 * handlers get wrapped D1, queue and R2 bindings and a counter of their own per invocation, and
 * global `fetch` is counted too. Durable Objects keep their own, unlimited env.
 */
export function underLimits<Env extends object, Job>(
  worker: ExportedHandler<Env, Job>,
): ExportedHandler<Env, Job> {
  const { fetch, queue, scheduled } = worker
  return {
    ...(fetch && {
      fetch: (request, env, ctx) => invoked(() => fetch(request, limitedOnce(env), ctx)),
    }),
    ...(queue && {
      queue: (batch, env, ctx) => invoked(() => queue(batch, limitedOnce(env), ctx)),
    }),
    ...(scheduled && {
      scheduled: (controller, env, ctx) =>
        invoked(() => scheduled(controller, limitedOnce(env), ctx)),
    }),
  }
}

/** For a role called without its Worker: everything done through this env counts as one invocation. */
export function limitedEnv<Env extends object>(env: Env, used = new Invocation()): Env {
  return withLimits(env, () => used)
}

export function limitedFetch(fetch: typeof globalThis.fetch, used: Invocation): typeof fetch {
  return (input: RequestInfo | URL, init?: RequestInit) =>
    used.call('fetch', () => fetch(input, init))
}

function invoked<T>(handle: () => T): T {
  countGlobalFetch()
  return invocation.run(new Invocation(), handle)
}

const envs = new WeakMap<object, object>()

/** One wrapped env per env, so that what is kept per env (the parsed configuration) stays kept. */
function limitedOnce<Env extends object>(env: Env): Env {
  const known = envs.get(env)
  const limited = known ?? withLimits(env, () => invocation.getStore() ?? new Invocation())
  envs.set(env, limited)
  return Object.assign(limited)
}

function withLimits<Env extends object>(env: Env, current: () => Invocation): Env {
  const limited: Env = Object.assign(Object.create(null), env)
  for (const [name, binding] of Object.entries(env)) {
    Object.assign(limited, { [name]: limitedBinding(binding, name, current) })
  }
  return limited
}

function limitedBinding(binding: unknown, name: string, current: () => Invocation): unknown {
  if (isDatabase(binding)) return limitedDatabase(binding, name, current)
  if (isQueue(binding)) return limitedQueue(binding, name, current)
  if (isBucket(binding)) return limitedBucket(binding, name, current)
  return binding
}

const isDatabase = (binding: unknown): binding is D1Database => classOf(binding) === 'D1Database'
const isQueue = (binding: unknown): binding is Queue => classOf(binding) === 'WorkerQueue'
const isBucket = (binding: unknown): binding is R2Bucket => classOf(binding) === 'R2Bucket'

/** Its name tells bindings apart; methods do not, since a service binding answers to every name. */
function classOf(binding: unknown): string {
  return typeof binding === 'object' && binding !== null ? binding.constructor.name : ''
}

function limitedBucket(bucket: R2Bucket, name: string, current: () => Invocation): R2Bucket {
  return new Proxy(bucket, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property)
      if (typeof member !== 'function') return member
      if (property === 'resumeMultipartUpload') return member.bind(target)
      return (...args: unknown[]) => current().call(name, () => member.apply(target, args))
    },
  })
}

const counted = new WeakSet<typeof fetch>()

/** Looked at anew for each invocation, since tests put their own fetch in its place. */
function countGlobalFetch(): void {
  const plain = globalThis.fetch
  if (counted.has(plain)) return
  const limited: typeof fetch = (input: RequestInfo | URL, init?: RequestInit) => {
    const used = invocation.getStore()
    if (used === undefined) return plain(input, init)
    // Outside of the invocation, or a stub that passes on to an earlier wrapper would count twice.
    return used.call('fetch', () => invocation.exit(() => plain(input, init)))
  }
  counted.add(limited)
  globalThis.fetch = limited
}

import worker from '../../src/index.ts'
import { underLimits } from './limits.ts'

export * from '../../src/index.ts'

let away = false

/** The Worker, whose door for SNS can be shut: `POST /outage/begin` and `/outage/end`. */
export default underLimits({
  ...worker,
  async fetch(request: Parameters<typeof worker.fetch>[0], env, ctx) {
    const { pathname } = new URL(request.url)
    if (pathname.startsWith('/outage/')) {
      away = pathname.endsWith('/begin')
      return new Response(null, { status: 204 })
    }
    if (away && pathname === '/sns') return new Response(null, { status: 503 })
    return worker.fetch(request, env, ctx)
  },
} satisfies typeof worker)

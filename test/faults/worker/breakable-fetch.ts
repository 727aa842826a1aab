import { reach } from './points.ts'

/** Calls to SES that send, and what SNS's certificates are fetched with. */
const KINDS: [string, RegExp][] = [
  ['call', /\/v2\/email\/outbound-/],
  ['certificate', /\.pem$/],
]

/** Whoever is held up for longer was frozen, and his timers with him. */
const FROZEN_MS = 1000
const fresh = () => AbortSignal.timeout(FROZEN_MS)

/** Every fetch of the Worker, where the driver may step in before it leaves and after it was answered. */
export function breakFetch(): void {
  const plain = globalThis.fetch
  globalThis.fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    const { pathname } = new URL(input instanceof Request ? input.url : String(input))
    const kind = KINDS.find(([, path]) => path.test(pathname))?.[0]
    if (kind === undefined) return await plain(input, init)
    const arrived = Date.now()
    await reach(kind, 'before')
    const stalled = Date.now() - arrived > FROZEN_MS
    const response = await plain(input, stalled ? { ...init, signal: fresh() } : init)
    await reach(kind, 'after')
    return response
  }
}

import { reach } from './points.ts'

/** Calls to SES that send, and what SNS's certificates are fetched with. */
const KINDS: [string, RegExp][] = [
  ['call', /\/v2\/email\/outbound-/],
  ['certificate', /\.pem$/],
]

/** Every fetch of the Worker, where the driver may step in before it leaves and after it was answered. */
export function breakFetch(): void {
  const plain = globalThis.fetch
  globalThis.fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    const { pathname } = new URL(input instanceof Request ? input.url : String(input))
    const kind = KINDS.find(([, path]) => path.test(pathname))?.[0]
    if (kind === undefined) return await plain(input, init)
    await reach(kind, 'before')
    const response = await plain(input, init)
    await reach(kind, 'after')
    return response
  }
}

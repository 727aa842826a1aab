import type { Fetched, FetchAttachment } from './attachments.ts'
import { ApiError, invalidAttachment } from './errors.ts'
import { publicUrl } from './public-url.ts'

/** Of all attachments of a request together: some 40 MB in base64. */
const MAX_BYTES = 30 * 1024 * 1024
const MAX_REDIRECTS = 3
const TIMEOUT_MS = 10_000

/** Fetches the public URLs of one request, each once, within one budget of bytes. */
export function fetchOnce(fetch: typeof globalThis.fetch, ownUrl: string): FetchAttachment {
  const known = new Map<string, Fetched>()
  let left = MAX_BYTES
  return async (field, url) => {
    const fetched = known.get(url) ?? (await fetchPublic(field, url))
    known.set(url, fetched)
    return fetched
  }

  async function fetchPublic(field: string, first: string): Promise<Fetched> {
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    let next = first
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const checked = publicUrl(next, ownUrl)
      if ('fault' in checked) throw invalidAttachment(field, checked.fault)
      const response = await reached(field, () =>
        fetch(checked.url.href, { redirect: 'manual', signal }),
      )
      const location = response.headers.get('location')
      if (response.status < 300 || response.status > 399 || location === null) {
        return await read(field, response)
      }
      await response.body?.cancel()
      next = URL.canParse(location, checked.url) ? new URL(location, checked.url).href : location
    }
    throw invalidAttachment(field, `It redirects more than ${MAX_REDIRECTS} times.`)
  }

  async function read(field: string, response: Response): Promise<Fetched> {
    if (!response.ok) {
      await response.body?.cancel()
      throw invalidAttachment(field, `It answered with status ${response.status}.`)
    }
    const chunks: Uint8Array[] = []
    let size = 0
    await reached(field, async () => {
      for await (const chunk of response.body ?? []) {
        size += chunk.byteLength
        if (size > left) throw invalidAttachment(field, 'It is too large.')
        chunks.push(chunk)
      }
    })
    left -= size
    const bytes = new Uint8Array(size)
    let at = 0
    for (const chunk of chunks) {
      bytes.set(chunk, at)
      at += chunk.byteLength
    }
    return { bytes, contentType: response.headers.get('content-type') }
  }
}

/** Whatever keeps us from the file is the caller's to mend. */
async function reached<T>(field: string, fetching: () => Promise<T>): Promise<T> {
  try {
    return await fetching()
  } catch (error) {
    if (error instanceof ApiError) throw error
    throw invalidAttachment(field, 'It could not be fetched.')
  }
}

import { readCapped, strictText } from './capped.ts'

const TIMEOUT_MS = 5_000
/** A certificate has some 2 KB, a confirmation's answer less than 1 KB. */
const MAX_BYTES = 20 * 1024

export type SnsFetch = (url: string, init: RequestInit) => Promise<Response>

export interface SnsAccess {
  fetch: SnsFetch
  /** AWS_ENDPOINT_URL_SNS, only in `local`: takes the place of AWS's origin, path and query stay. */
  endpoint: string | undefined
}

export type SnsAnswer = { type: 'answer'; text: string } | { type: 'none'; reason: string }

/** GETs an address of SNS that we made or checked; a redirect is no answer. Never throws. */
export async function fetchSns(url: string, { fetch, endpoint }: SnsAccess): Promise<SnsAnswer> {
  try {
    const response = await fetch(endpoint === undefined ? url : atEndpoint(url, endpoint), {
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    if (response.status !== 200) {
      await response.body?.cancel()
      return { type: 'none', reason: `SNS answered ${response.status}` }
    }
    const bytes = await readCapped(response.body, MAX_BYTES)
    const text = bytes === null ? null : strictText(bytes)
    return text === null
      ? { type: 'none', reason: 'SNS answered nonsense' }
      : { type: 'answer', text }
  } catch (error) {
    return {
      type: 'none',
      reason: `SNS did not answer: ${error instanceof Error ? error.name : 'unknown'}`,
    }
  }
}

function atEndpoint(url: string, endpoint: string): string {
  const { pathname, search } = new URL(url)
  return new URL(pathname + search, endpoint).href
}

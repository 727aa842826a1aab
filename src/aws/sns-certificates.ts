import { parseCertificate, type SigningCertificate } from './sns-certificate.ts'
import { fetchSns, type SnsAccess } from './sns-fetch.ts'

const MINUTE = 60_000
/** Junk in SigningCertURL must not make us a client that AWS throttles. */
const MAX_FETCHES_A_MINUTE = 4
const MAX_KEPT = 10
const LOOK_AGAIN_MS = 20
/** Longer than a fetch may take: whoever fetched is gone. */
const GIVEN_UP_MS = 6_000

export type FoundCertificate =
  { type: 'certificate'; certificate: SigningCertificate } | { type: 'none'; reason: string }

export interface Certificates {
  /** The certificate at an address that was checked before, if it carries the name. */
  find(url: string, name: string): Promise<FoundCertificate>
}

/** Signing certificates by their address, kept for the life of the isolate. */
export function createCertificates(sns: SnsAccess, now: () => number): Certificates {
  const kept = new Map<string, SigningCertificate>()
  const underWay = new Map<string, number>()
  let fetches: number[] = []

  async function fetchOnce(url: string, name: string): Promise<FoundCertificate> {
    fetches = fetches.filter((at) => at > now() - MINUTE)
    if (fetches.length >= MAX_FETCHES_A_MINUTE) {
      return { type: 'none', reason: 'too many certificates to fetch' }
    }
    fetches.push(now())
    underWay.set(url, now())
    const answer = await fetchSns(url, sns)
    underWay.delete(url)
    if (answer.type === 'none') return answer
    const certificate = parseCertificate(answer.text, name)
    if (certificate === null) return { type: 'none', reason: 'not a certificate of SNS' }
    const [oldest] = kept.keys()
    if (kept.size >= MAX_KEPT && oldest !== undefined) kept.delete(oldest)
    kept.set(url, certificate)
    return { type: 'certificate', certificate }
  }

  const isUnderWay = (url: string) => (underWay.get(url) ?? -Infinity) > now() - GIVEN_UP_MS

  return {
    async find(url, name) {
      const another = isUnderWay(url)
      // In workerd one request cannot await another's fetch, so a burst on a fresh isolate looks again.
      while (!kept.has(url) && isUnderWay(url)) {
        await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
      }
      const certificate = kept.get(url)
      if (certificate !== undefined) return { type: 'certificate', certificate }
      // One failed fetch answers all who waited for it, within SNS's patience of 15 seconds.
      return another
        ? { type: 'none', reason: 'the certificate did not come' }
        : fetchOnce(url, name)
    },
  }
}

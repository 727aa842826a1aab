import { createCertificates } from './sns-certificates.ts'
import { type Envelope, parseEnvelope } from './sns-envelope.ts'
import type { SnsAccess } from './sns-fetch.ts'
import { type SnsRegion, snsRegion } from './sns-region.ts'
import { isSignedBy } from './sns-signature.ts'

const HOUR = 3_600_000
/** SNS posts for an hour; then SQS keeps what it could not deliver for 14 days at most. */
const MAX_AGE_MS = { post: 24 * HOUR, 'dead-letter queue': 15 * 24 * HOUR }
const MAX_AHEAD_MS = HOUR

const CERTIFICATE_FILE = /^\/SimpleNotificationService-[0-9a-f]{32}\.pem$/

export type Verdict =
  | { type: 'genuine'; envelope: Envelope }
  /** Not a message of SNS at all. */
  | { type: 'malformed'; reason: string }
  /** Forged, stale, or not meant for us: it will never be taken. */
  | { type: 'refused'; reason: string }
  /** It may be genuine; we cannot tell now. */
  | { type: 'unclear'; reason: string }

export interface SnsVerifierParts extends SnsAccess {
  topics: readonly string[]
  now: () => number
  /** Whether we confirmed a subscription to a topic: from then on version 1 counts for nothing. */
  isConfirmed: (topicArn: string) => Promise<boolean>
}

/** The way a message came. Only how old it may be depends on it: signatures count on both. */
export type Way = keyof typeof MAX_AGE_MS

export type SnsVerifier = (body: string, headers: Headers, way?: Way) => Promise<Verdict>

/** Make it once per isolate: it keeps the certificates. Throws on a topic whose region it does not know. */
export function createSnsVerifier(parts: SnsVerifierParts): SnsVerifier {
  const { topics, now, isConfirmed } = parts
  const regions = new Map(topics.map((topic) => [topic, snsRegion(topic)]))
  const certificates = createCertificates(parts, now)

  return async (body, headers, way = 'post') => {
    if (headers.get('x-amz-sns-rawdelivery') === 'true') {
      return refused('raw delivery is not signed')
    }
    const parsed = parseEnvelope(body)
    if (parsed.type !== 'envelope') return parsed
    const { envelope } = parsed
    const region = regions.get(envelope.TopicArn)
    if (region === undefined) return refused('not our topic')

    const forged = forgedBeforeAnyFetch(envelope, headers, region, { now: now(), way })
    if (forged !== null) return refused(forged)
    if (envelope.SignatureVersion === '1' && (await isConfirmed(envelope.TopicArn))) {
      return refused('signature version 1')
    }

    const found = await certificates.find(envelope.SigningCertURL, region.certificateName)
    if (found.type === 'none') return { type: 'unclear', reason: found.reason }
    const { key, from, to } = found.certificate
    // What waited in a queue may have outlived its certificate; it was signed while that was valid.
    const outOfDate = now() < from || (now() > to && way === 'post')
    if (outOfDate) return { type: 'unclear', reason: 'certificate out of date' }
    const signedAt = Date.parse(envelope.Timestamp)
    if (signedAt < from || signedAt > to) return refused('certificate was not valid then')
    return isSignedBy(envelope, key) ? { type: 'genuine', envelope } : refused('wrong signature')
  }
}

/** Everything that needs neither network nor database, so that a forgery costs us nothing. */
function forgedBeforeAnyFetch(
  envelope: Envelope,
  headers: Headers,
  region: SnsRegion,
  { now, way }: { now: number; way: Way },
): string | null {
  const told = headers.get('x-amz-sns-message-type')
  if (told !== null && told !== envelope.Type) return 'header and Type differ'
  const versions = envelope.Type === 'Notification' ? ['2'] : ['1', '2']
  if (!versions.includes(envelope.SignatureVersion)) return 'signature version not accepted'
  if (!isCertificateUrl(envelope.SigningCertURL, region)) return 'SigningCertURL is not of SNS'
  const age = now - Date.parse(envelope.Timestamp)
  if (age > MAX_AGE_MS[way]) return 'too old'
  return age < -MAX_AHEAD_MS ? 'from the future' : null
}

/** Compared as text, before any parser could read it kindly: one origin, one form of path. */
export function isCertificateUrl(url: string, region: SnsRegion): boolean {
  return url.startsWith(region.origin) && CERTIFICATE_FILE.test(url.slice(region.origin.length))
}

function refused(reason: string): Verdict {
  return { type: 'refused', reason }
}

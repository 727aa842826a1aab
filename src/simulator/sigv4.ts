import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

export interface Credentials {
  accessKeyId: string
  secretAccessKey: string
}

export interface SignedRequest {
  method: string
  /** As sent, undecoded. */
  path: string
  /** As sent, without the question mark. */
  query: string
  headers: ReadonlyMap<string, string>
  body: Uint8Array
}

export type Refusal =
  | { reason: 'missing' }
  | { reason: 'incomplete'; message: string }
  | { reason: 'unknown key' }
  | { reason: 'mismatch'; message: string }

export interface SignatureRules {
  credentials: Credentials
  region: string
  service: 'ses' | 'sns' | 'sqs'
  /** How far X-Amz-Date may be from now, either way. */
  seconds: number
  /** Epoch milliseconds. */
  now: number
}

/**
 * Signature version 4 as AWS checks it (AWS General Reference, "Signature Version 4 signing process").
 * Null for a good signature.
 */
export function signatureRefusal(request: SignedRequest, rules: SignatureRules): Refusal | null {
  const authorization = request.headers.get('authorization')
  if (authorization === undefined) return { reason: 'missing' }
  const claim = readAuthorization(authorization)
  if ('message' in claim) return { reason: 'incomplete', message: claim.message }
  const date = request.headers.get('x-amz-date')
  if (date === undefined || !/^\d{8}T\d{6}Z$/.test(date))
    return incomplete(
      `Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=${authorization}`,
    )
  const { credentials } = rules
  if (claim.accessKeyId !== credentials.accessKeyId) return { reason: 'unknown key' }
  if (request.headers.has('x-amz-security-token')) return { reason: 'unknown key' }
  const wrong =
    scopeProblem(claim, date, rules) ?? dateProblem(date, rules) ?? unsignedHeader(request, claim)
  if (wrong !== null) return { reason: 'mismatch', message: wrong }

  const canonical = canonicalRequest(request, claim.signedHeaders)
  const toSign = ['AWS4-HMAC-SHA256', date, claim.scope.join('/'), sha256(canonical)].join('\n')
  const signature = createHmac('sha256', signingKey(credentials.secretAccessKey, claim.scope))
    .update(toSign)
    .digest()
  const given = Buffer.from(claim.signature, 'hex')
  if (given.length === signature.length && timingSafeEqual(given, signature)) return null
  return { reason: 'mismatch', message: mismatch(canonical, toSign) }
}

interface Claim {
  accessKeyId: string
  /** Date, region, service, `aws4_request`. */
  scope: string[]
  signedHeaders: string[]
  signature: string
}

function readAuthorization(authorization: string): Claim | { message: string } {
  const [algorithm, ...rest] = authorization.split(' ')
  if (algorithm !== 'AWS4-HMAC-SHA256')
    return { message: `Unsupported AWS 'algorithm': '${algorithm}'. ` }
  const parts = new Map(
    rest
      .join(' ')
      .split(',')
      .map((part) => {
        const [name = '', ...value] = part.trim().split('=')
        return [name, value.join('=')] as const
      }),
  )
  const lacking = ['Credential', 'Signature', 'SignedHeaders'].filter((name) => !parts.get(name))
  if (lacking.length > 0)
    return {
      message: lacking
        .map((name) => `Authorization header requires '${name}' parameter.`)
        .concat(`Authorization=${authorization}`)
        .join(' '),
    }
  const [accessKeyId = '', ...scope] = (parts.get('Credential') ?? '').split('/')
  return {
    accessKeyId,
    scope,
    signedHeaders: (parts.get('SignedHeaders') ?? '').split(';'),
    signature: parts.get('Signature') ?? '',
  }
}

function scopeProblem(claim: Claim, date: string, rules: SignatureRules): string | null {
  const [day, region, service, terminal] = claim.scope
  if (claim.scope.length !== 4)
    return `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${[claim.accessKeyId, ...claim.scope].join('/')}'`
  if (terminal !== 'aws4_request')
    return `Credential should be scoped with a valid terminator: 'aws4_request', not '${terminal}'.`
  if (region !== rules.region)
    return `Credential should be scoped to a valid region, not '${region}'. `
  if (service !== rules.service)
    return `Credential should be scoped to correct service: '${rules.service}'. `
  if (day !== date.slice(0, 8))
    return `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${day}' != '${date.slice(0, 8)}', from '${date}'.`
  return null
}

function dateProblem(date: string, { seconds, now }: SignatureRules): string | null {
  const at = Date.parse(date.replace(/^(....)(..)(..T..)(..)/, '$1-$2-$3:$4:'))
  const window = seconds % 60 === 0 ? `${seconds / 60} min.` : `${seconds} s.`
  if (!(at >= now - seconds * 1000))
    return `Signature expired: ${date} is now earlier than ${amzDate(now - seconds * 1000)} (${amzDate(now)} - ${window})`
  if (at > now + seconds * 1000)
    return `Signature not yet current: ${date} is still later than ${amzDate(now + seconds * 1000)} (${amzDate(now)} + ${window})`
  return null
}

function unsignedHeader(request: SignedRequest, claim: Claim): string | null {
  const signed = new Set(claim.signedHeaders)
  const unsigned = [...request.headers.keys()].find(
    (name) => (name === 'host' || name.startsWith('x-amz-')) && !signed.has(name),
  )
  return unsigned === undefined
    ? null
    : `'${unsigned}' must be a 'SignedHeader' in the AWS Authorization.`
}

function canonicalRequest(request: SignedRequest, signedHeaders: string[]): string {
  const headers = signedHeaders.map(
    (name) => `${name}:${(request.headers.get(name) ?? '').trim().replace(/ +/g, ' ')}\n`,
  )
  return [
    request.method,
    // Every service but S3 encodes the path as sent once more.
    request.path.split('/').map(encode).join('/'),
    canonicalQuery(request.query),
    headers.join(''),
    signedHeaders.join(';'),
    sha256(request.body),
  ].join('\n')
}

function canonicalQuery(query: string): string {
  if (query === '') return ''
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', ...value] = pair.split('=')
      return [decode(name), decode(value.join('='))].map(encode)
    })
    .toSorted(([a = '', b = ''], [c = '', d = '']) => (a === c ? compare(b, d) : compare(a, c)))
    .map((pair) => pair.join('='))
    .join('&')
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function signingKey(secret: string, scope: string[]): Buffer {
  return scope.reduce<Buffer>(
    (key, part) => createHmac('sha256', key).update(part).digest(),
    Buffer.from(`AWS4${secret}`),
  )
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

function amzDate(at: number): string {
  return new Date(at).toISOString().replace(/[-:]|\.\d{3}/g, '')
}

function incomplete(message: string): Refusal {
  return { reason: 'incomplete', message }
}

function mismatch(canonical: string, toSign: string): string {
  return `The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.\n\nThe Canonical String for this request should have been\n'${canonical}'\n\nThe String-to-Sign should have been\n'${toSign}'\n`
}

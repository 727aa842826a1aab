/** How far SES is with a proof (Amazon SES API v2, DkimStatus and MailFromDomainStatus). */
export const PROOFS = ['NOT_STARTED', 'PENDING', 'SUCCESS', 'FAILED', 'TEMPORARY_FAILURE'] as const
export type Proof = (typeof PROOFS)[number]

/** What SES says of a domain. */
export interface Identity {
  dkim: Proof
  /** Names of its DKIM keys. */
  tokens: string[]
  /** Where bounces return to; null: to SES's own domain. */
  mailFrom: string | null
  mailFromStatus: Proof
}

export const DOMAIN_STATUSES = [
  'not_started',
  'pending',
  'verified',
  'failed',
  'partially_verified',
  'partially_failed',
] as const
export type DomainStatus = (typeof DOMAIN_STATUSES)[number]

export const RECORD_STATUSES = [
  'not_started',
  'pending',
  'verified',
  'failed',
  'temporary_failure',
] as const
export type RecordStatus = (typeof RECORD_STATUSES)[number]

/** What its owner puts into the DNS. */
export interface DomainRecord {
  record: 'SPF' | 'DKIM'
  /** Whole, without a dot at the end. */
  name: string
  type: 'MX' | 'TXT' | 'CNAME'
  ttl: 'Auto'
  status: RecordStatus
  value: string
  priority?: number
}

export interface SendingDomain {
  name: string
  returnPath: string
  tokens: string[]
  dkim: Proof
  mailFromStatus: Proof
}

const RECORD: Record<Proof, RecordStatus> = {
  NOT_STARTED: 'not_started',
  PENDING: 'pending',
  SUCCESS: 'verified',
  FAILED: 'failed',
  TEMPORARY_FAILURE: 'temporary_failure',
}

/** Of all that is to be proven: DKIM, and the domain that bounces return to. */
export function domainStatus({
  dkim,
  mailFromStatus,
}: Pick<SendingDomain, 'dkim' | 'mailFromStatus'>): DomainStatus {
  const both = [dkim, mailFromStatus]
  const verified = both.filter((proof) => proof === 'SUCCESS').length
  if (verified === both.length) return 'verified'
  if (both.includes('FAILED')) return verified > 0 ? 'partially_failed' : 'failed'
  if (verified > 0) return 'partially_verified'
  return both.every((proof) => proof === 'NOT_STARTED') ? 'not_started' : 'pending'
}

/** Source: Amazon SES developer guide, "Easy DKIM" and "Using a custom MAIL FROM domain". */
export function domainRecords(domain: SendingDomain, region: string): DomainRecord[] {
  const { name, returnPath, tokens } = domain
  const ttl = 'Auto'
  const spf = {
    record: 'SPF',
    name: `${returnPath}.${name}`,
    ttl,
    status: RECORD[domain.mailFromStatus],
  } as const
  return [
    { ...spf, type: 'MX', value: `feedback-smtp.${region}.amazonses.com`, priority: 10 },
    { ...spf, type: 'TXT', value: 'v=spf1 include:amazonses.com ~all' },
    ...tokens.map((token): DomainRecord => ({
      record: 'DKIM',
      name: `${token}._domainkey.${name}`,
      type: 'CNAME',
      ttl,
      status: RECORD[domain.dkim],
      value: `${token}.dkim.amazonses.com`,
    })),
  ]
}

/** What an environment tracks: opens by our pixel, clicks over our links, both by SES. */
export interface Tracking {
  pixel: boolean
  ses: boolean
  links: boolean
}

/**
 * Whether opens and clicks of a domain's emails are told. Null: as the environment does. SES tracks
 * both or neither.
 */
export function trackingOf(
  by: Tracking,
  { opens, clicks }: { opens: boolean | null; clicks: boolean | null },
): { opens: boolean; clicks: boolean } {
  const ses = by.ses && opens !== false && clicks !== false
  return {
    opens: opens !== false && (by.pixel || ses),
    clicks: clicks !== false && (by.links || ses),
  }
}

import { invalidField } from '../http/errors.ts'

interface Given {
  tls?: string | null | undefined
  tracking_subdomain?: string | null | undefined
}

/** What belongs to the configuration set that all emails share, and so to no domain. */
export function refuseUnserved({ tls, tracking_subdomain }: Given): void {
  if (tls === 'enforced') {
    throw invalidField(
      'tls',
      'All domains share the configuration set: set its `TlsPolicy` to `REQUIRE` at SES.',
    )
  }
  if (tracking_subdomain) {
    throw invalidField(
      'tracking_subdomain',
      'All domains share the configuration set: set its `CustomRedirectDomain` at SES.',
    )
  }
}

export function flag(given: boolean | null | undefined): 0 | 1 | null {
  if (given === null || given === undefined) return null
  return given ? 1 : 0
}

import { type KeyObject, X509Certificate } from 'node:crypto'

export interface SigningCertificate {
  key: KeyObject
  /** Validity in epoch milliseconds. */
  from: number
  to: number
}

const PEM = /^-----BEGIN CERTIFICATE-----[\sA-Za-z0-9+/=-]+-----END CERTIFICATE-----\s*$/
const MIN_MODULUS_BITS = 2048

/** Null when it is not an RSA certificate that carries exactly this name. */
export function parseCertificate(pem: string, name: string): SigningCertificate | null {
  const certificate = PEM.test(pem) ? readCertificate(pem) : null
  if (certificate === null || !namesOf(certificate).includes(name)) return null
  const key = certificate.publicKey
  // Only RSA keys have a modulus.
  if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < MIN_MODULUS_BITS) return null
  const from = Date.parse(certificate.validFrom)
  const to = Date.parse(certificate.validTo)
  return Number.isNaN(from) || Number.isNaN(to) ? null : { key, from, to }
}

/** The alternative names count; only a certificate without any is known by its common name. */
function namesOf(certificate: X509Certificate): string[] {
  const alternatives = certificate.subjectAltName?.split(', ') ?? []
  const names = alternatives.flatMap((entry) => (entry.startsWith('DNS:') ? [entry.slice(4)] : []))
  if (names.length > 0) return names
  const lines = certificate.subject.split('\n')
  return lines.flatMap((line) => (line.startsWith('CN=') ? [line.slice(3)] : []))
}

function readCertificate(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem)
  } catch {
    return null
  }
}

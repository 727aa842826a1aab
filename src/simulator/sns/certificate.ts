import { createHash, createPrivateKey, type KeyObject } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const NAME = 'sns.amazonaws.com'
const DAY = 24 * 60 * 60 * 1000
const ALGORITHM = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
}

export interface SigningCertificate {
  pem: string
  privateKey: KeyObject
  /** `/SimpleNotificationService-<32 hex>.pem` */
  path: string
}

/** The certificate that notifications are signed with: made once, kept in the directory. */
export async function signingCertificate(directory: string): Promise<SigningCertificate> {
  const certificateFile = join(directory, 'certificate.pem')
  const keyFile = join(directory, 'certificate-key.pem')
  if (!existsSync(certificateFile) || !existsSync(keyFile)) {
    const made = await makeCertificate()
    writeFileSync(keyFile, made.key, { mode: 0o600 })
    writeFileSync(certificateFile, made.pem)
  }
  const pem = readFileSync(certificateFile, 'utf8')
  const mark = createHash('sha256').update(pem).digest('hex').slice(0, 32)
  return {
    pem,
    privateKey: createPrivateKey(readFileSync(keyFile, 'utf8')),
    path: `/SimpleNotificationService-${mark}.pem`,
  }
}

async function makeCertificate(): Promise<{ pem: string; key: string }> {
  // The library cannot even be loaded before this one; both are needed only once in a directory's life.
  await import('reflect-metadata')
  const { PemConverter, SubjectAlternativeNameExtension, X509CertificateGenerator } =
    await import('@peculiar/x509')
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  if (!('privateKey' in keys)) throw new Error('RSA has pairs of keys')
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${NAME}`,
    notBefore: new Date(Date.now() - 30 * DAY),
    notAfter: new Date(Date.now() + 365 * DAY),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [new SubjectAlternativeNameExtension([{ type: 'dns', value: NAME }])],
  })
  const key = await crypto.subtle.exportKey('pkcs8', keys.privateKey)
  return {
    pem: `${certificate.toString('pem')}\n`,
    key: PemConverter.encode(bufferOf(key), 'PRIVATE KEY'),
  }
}

function bufferOf(key: ArrayBuffer | JsonWebKey): ArrayBuffer {
  if (key instanceof ArrayBuffer) return key
  throw new Error('pkcs8 is bytes')
}

// The certificate library expects it to be there first.
await import('reflect-metadata')
const x509 = await import('@peculiar/x509')

export const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:aerogram'
export const TOKEN = '0123456789abcdef'.repeat(16)

export type Fields = Record<string, unknown>

export interface Signer {
  pem: string
  certificateUrl: string
  /** Adds version, signature and certificate address to the fields, as SNS does. */
  sign(fields: Fields, version?: '1' | '2'): Promise<Fields>
}

const RSA = {
  name: 'RSASSA-PKCS1-v1_5',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
}
const DAY = 86_400_000

export interface CertificateOptions {
  commonName?: string
  alternativeNames?: string[]
  from?: number
  to?: number
  host?: string
  modulusLength?: number
}

/** A stand-in for SNS's signing service, written from AWS's description and not from our verifier. */
export async function aSigner(options: CertificateOptions = {}): Promise<Signer> {
  x509.cryptoProvider.set(crypto)
  const algorithm = { ...RSA, modulusLength: options.modulusLength ?? 2048 }
  const keys = await crypto.subtle.generateKey({ ...algorithm, hash: 'SHA-256' }, true, [
    'sign',
    'verify',
  ])
  if (!('privateKey' in keys)) throw new Error('RSA makes pairs of keys')
  const names = options.alternativeNames ?? []
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: `CN=${options.commonName ?? 'sns.amazonaws.com'}, O=Test`,
    notBefore: new Date(options.from ?? Date.now() - 30 * DAY),
    notAfter: new Date(options.to ?? Date.now() + 30 * DAY),
    signingAlgorithm: { name: RSA.name, hash: 'SHA-256' },
    keys,
    extensions:
      names.length === 0
        ? []
        : [
            new x509.SubjectAlternativeNameExtension(
              names.map((value) => ({ type: 'dns' as const, value })),
            ),
          ],
  })
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', keys.privateKey)
  if (!(pkcs8 instanceof ArrayBuffer)) throw new Error('PKCS #8 is bytes')
  const host = options.host ?? 'sns.eu-west-1.amazonaws.com'
  const file = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  )
  const certificateUrl = `https://${host}/SimpleNotificationService-${file.join('')}.pem`
  return {
    pem: certificate.toString('pem'),
    certificateUrl,
    async sign(fields, version = '2') {
      const hash = version === '1' ? 'SHA-1' : 'SHA-256'
      const key = await crypto.subtle.importKey('pkcs8', pkcs8, { name: RSA.name, hash }, false, [
        'sign',
      ])
      const bytes = new TextEncoder().encode(signedText(fields))
      const signature = new Uint8Array(await crypto.subtle.sign(RSA.name, key, bytes))
      const base64 = btoa(String.fromCharCode(...signature))
      return {
        ...fields,
        SignatureVersion: version,
        Signature: base64,
        SigningCertURL: certificateUrl,
      }
    },
  }
}

/** The signed fields in alphabetical order, which is the order that AWS documents. */
export function signedText(fields: Fields): string {
  const names =
    fields['Type'] === 'Notification'
      ? ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']
      : ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type']
  let text = ''
  for (const name of names) {
    const value = fields[name]
    if (typeof value === 'string') text += `${name}\n${value}\n`
  }
  return text
}

export function aNotification(message: unknown, overrides: Fields = {}): Fields {
  return {
    Type: 'Notification',
    MessageId: crypto.randomUUID(),
    TopicArn: TOPIC,
    Subject: 'Amazon SES Email Event Notification',
    Message: typeof message === 'string' ? message : `${JSON.stringify(message)}\n`,
    Timestamp: new Date().toISOString(),
    UnsubscribeURL: `https://sns.eu-west-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${TOPIC}:${crypto.randomUUID()}`,
    ...overrides,
  }
}

export function aConfirmation(overrides: Fields = {}): Fields {
  const { TopicArn } = overrides
  const topic = typeof TopicArn === 'string' ? TopicArn : TOPIC
  return {
    Type: 'SubscriptionConfirmation',
    MessageId: crypto.randomUUID(),
    Token: TOKEN,
    TopicArn: topic,
    Message: `You have chosen to subscribe to the topic ${topic}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`,
    SubscribeURL: `https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${topic}&Token=${TOKEN}`,
    Timestamp: new Date().toISOString(),
    ...overrides,
  }
}

import { type KeyObject, verify } from 'node:crypto'
import type { Envelope } from './sns-envelope.ts'

const HASHES = new Map([
  ['1', 'RSA-SHA1'],
  ['2', 'RSA-SHA256'],
])

/**
 * What SNS signs: name and value of each field, a line each, also after the last.
 * Source: Amazon SNS Developer Guide, "Verifying the signatures of Amazon SNS messages".
 */
export function stringToSign(message: Envelope): string {
  return fieldsOf(message)
    .map(([name, value]) => `${name}\n${value}\n`)
    .join('')
}

/** RSASSA-PKCS1-v1_5, with SHA-1 or SHA-256 as the signature's version says. */
export function isSignedBy(message: Envelope, key: KeyObject): boolean {
  const hash = HASHES.get(message.SignatureVersion)
  if (hash === undefined) return false
  const signature = Buffer.from(message.Signature, 'base64')
  return verify(hash, Buffer.from(stringToSign(message)), key, signature)
}

function fieldsOf(message: Envelope): [string, string][] {
  const { Message, MessageId, Timestamp, TopicArn, Type } = message
  if (message.Type === 'Notification') {
    const { Subject } = message
    return [
      ['Message', Message],
      ['MessageId', MessageId],
      ...(typeof Subject === 'string' ? [['Subject', Subject] satisfies [string, string]] : []),
      ['Timestamp', Timestamp],
      ['TopicArn', TopicArn],
      ['Type', Type],
    ]
  }
  return [
    ['Message', Message],
    ['MessageId', MessageId],
    ['SubscribeURL', message.SubscribeURL],
    ['Timestamp', Timestamp],
    ['Token', message.Token],
    ['TopicArn', TopicArn],
    ['Type', Type],
  ]
}

import { type KeyObject, sign } from 'node:crypto'
import type { Subscription } from '../resources.ts'
import type { Notification } from './notification.ts'

export type SignatureVersion = '1' | '2'

export interface Signer {
  privateKey: KeyObject
  /** Of the region's SNS, without a slash at the end. */
  origin: string
  certificatePath: string
}

/** Body of a Notification, keys in AWS's order. */
export async function notificationBody(
  notification: Notification,
  subscription: Subscription,
  version: SignatureVersion,
  signer: Signer,
): Promise<string> {
  const { subject } = notification
  const signed = {
    Type: 'Notification',
    MessageId: notification.id,
    TopicArn: notification.topicArn,
    ...(subject === null ? {} : { Subject: subject }),
    Message: notification.message(),
    Timestamp: new Date(notification.at).toISOString(),
  }
  return JSON.stringify({
    ...signed,
    SignatureVersion: version,
    Signature: await signature(signed, version, signer),
    SigningCertURL: signer.origin + signer.certificatePath,
    UnsubscribeURL: `${signer.origin}/?Action=Unsubscribe&SubscriptionArn=${subscription.arn}`,
  })
}

/**
 * Body of a SubscriptionConfirmation. Version 1 even where the topic signs with version 2: that is
 * how AWS was recorded to do it.
 */
export async function confirmationBody(
  id: string,
  at: number,
  subscription: Subscription,
  signer: Signer,
): Promise<string> {
  const { topicArn, token } = subscription
  const signed = {
    Type: 'SubscriptionConfirmation',
    MessageId: id,
    Token: token,
    TopicArn: topicArn,
    Message: `You have chosen to subscribe to the topic ${topicArn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`,
    SubscribeURL: `${signer.origin}/?Action=ConfirmSubscription&TopicArn=${topicArn}&Token=${token}`,
    Timestamp: new Date(at).toISOString(),
  }
  return JSON.stringify({
    ...signed,
    SignatureVersion: '1',
    Signature: await signature(signed, '1', signer),
    SigningCertURL: signer.origin + signer.certificatePath,
  })
}

const SIGNED_KEYS = [
  'Message',
  'MessageId',
  'Subject',
  'SubscribeURL',
  'Timestamp',
  'Token',
  'TopicArn',
  'Type',
]

/** Key and value of each signed field, a line feed after every one (SNS Developer Guide, "Verifying the signatures"). */
export function stringToSign(fields: Readonly<Record<string, string>>): string {
  return SIGNED_KEYS.flatMap((key) => {
    const value = fields[key]
    return value === undefined ? [] : [`${key}\n${value}\n`]
  }).join('')
}

function signature(
  fields: Readonly<Record<string, string>>,
  version: SignatureVersion,
  { privateKey }: Signer,
): Promise<string> {
  const text: Uint8Array = Buffer.from(stringToSign(fields))
  return new Promise((resolve, reject) => {
    sign(version === '2' ? 'RSA-SHA256' : 'RSA-SHA1', text, privateKey, (error, bytes) => {
      if (error) reject(error)
      else resolve(bytes.toString('base64'))
    })
  })
}

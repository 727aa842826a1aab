import { randomBytes, randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Subscription } from '../resources.ts'
import type { Home } from '../ses/mail.ts'
import type { Store } from '../store.ts'
import type { Courier } from './courier.ts'
import { checkSubscriptionPolicy, deliveryPolicy } from './delivery-policy.ts'
import { invalidParameter, SnsError, subscriptionNotFound } from './error.ts'
import { checkJson, findTopic, readAttributes } from './topics.ts'
import { attributesXml, type Xml } from './xml.ts'

const SETTABLE = new Set(['DeliveryPolicy', 'RedrivePolicy', 'RawMessageDelivery'])
const PENDING = 'pending confirmation'
const redrivePolicy = z.object({
  deadLetterTargetArn: z
    .string()
    .regex(/^arn:aws[a-z-]*:sqs:/, 'deadLetterTargetArn is not a queue'),
})

export function subscribe(store: Store, parameters: URLSearchParams, courier: Courier): Xml {
  const topic = findTopic(store, parameters.get('TopicArn'))
  const protocol = parameters.get('Protocol')
  if (protocol !== 'http' && protocol !== 'https')
    throw invalidParameter(`Does not support this protocol string: ${protocol ?? ''}`)
  const endpoint = parameters.get('Endpoint') ?? ''
  if (!URL.canParse(endpoint) || new URL(endpoint).protocol !== `${protocol}:`)
    throw invalidParameter('Endpoint must match the specified protocol')
  const attributes = readAttributes(parameters)
  for (const [name, value] of Object.entries(attributes)) checkAttribute(name, value)
  const known = [...store.subscriptions.values()].find(
    (one) => one.topicArn === topic.arn && one.endpoint === endpoint,
  )
  if (known !== undefined && !agrees(known, attributes))
    throw invalidParameter(
      'Attributes Reason: Subscription already exists with different attributes',
    )
  const subscription = known ?? {
    arn: `${topic.arn}:${randomUUID()}`,
    topicArn: topic.arn,
    protocol,
    endpoint,
    attributes,
    confirmed: false,
    token: randomBytes(128).toString('hex'),
  }
  store.subscriptions.set(subscription.arn, subscription)
  store.changed()
  if (!subscription.confirmed) courier.askToConfirm(subscription)
  const told = subscription.confirmed || parameters.get('ReturnSubscriptionArn') === 'true'
  return { SubscriptionArn: told ? subscription.arn : PENDING }
}

/** By the token alone: whoever got it may confirm. Twice is once. */
export function confirmSubscription(store: Store, parameters: URLSearchParams): Xml {
  const topicArn = parameters.get('TopicArn')
  const token = parameters.get('Token')
  if (topicArn === null || !store.topics.has(topicArn)) throw invalidParameter('Topic')
  const subscription = [...store.subscriptions.values()].find((known) => known.token === token)
  if (subscription === undefined || subscription.topicArn !== topicArn)
    throw invalidParameter('Token')
  subscription.confirmed = true
  store.changed()
  return { SubscriptionArn: subscription.arn }
}

export function setSubscriptionAttributes(store: Store, parameters: URLSearchParams): null {
  const subscription = findSubscription(store, parameters.get('SubscriptionArn'))
  const name = parameters.get('AttributeName') ?? ''
  const value = parameters.get('AttributeValue') ?? ''
  if (value === '' && name === 'RedrivePolicy') delete subscription.attributes[name]
  else {
    checkAttribute(name, value)
    subscription.attributes[name] = value
  }
  store.changed()
  return null
}

export function getSubscriptionAttributes(
  store: Store,
  parameters: URLSearchParams,
  home: Home,
): Xml {
  const { arn, topicArn, protocol, endpoint, confirmed, attributes } = findSubscription(
    store,
    parameters.get('SubscriptionArn'),
  )
  const ofTopic = store.topics.get(topicArn)?.attributes['DeliveryPolicy']
  const effective = deliveryPolicy(attributes['DeliveryPolicy'], ofTopic)
  return {
    Attributes: attributesXml({
      SubscriptionArn: arn,
      TopicArn: topicArn,
      Protocol: protocol,
      Endpoint: endpoint,
      Owner: home.accountId,
      PendingConfirmation: String(!confirmed),
      ConfirmationWasAuthenticated: 'false',
      RawMessageDelivery: 'false',
      EffectiveDeliveryPolicy: JSON.stringify(effective),
      ...attributes,
    }),
  }
}

export function listSubscriptionsByTopic(
  store: Store,
  parameters: URLSearchParams,
  home: Home,
): Xml {
  const topic = findTopic(store, parameters.get('TopicArn'))
  return {
    Subscriptions: {
      member: [...store.subscriptions.values()]
        .filter(({ topicArn }) => topicArn === topic.arn)
        .map(({ arn, protocol, endpoint, confirmed }) => ({
          TopicArn: topic.arn,
          Protocol: protocol,
          SubscriptionArn: confirmed ? arn : 'PendingConfirmation',
          Owner: home.accountId,
          Endpoint: endpoint,
        })),
    },
  }
}

export function unsubscribe(store: Store, parameters: URLSearchParams): null {
  store.subscriptions.delete(findSubscription(store, parameters.get('SubscriptionArn')).arn)
  store.changed()
  return null
}

/** A second Subscribe is the first one, unless it asks for something else. */
function agrees(known: Subscription, attributes: Record<string, string>): boolean {
  return Object.entries(attributes).every(([name, value]) => known.attributes[name] === value)
}

function findSubscription(store: Store, arn: string | null): Subscription {
  if (arn === null || !arn.startsWith('arn:')) throw invalidParameter('SubscriptionArn')
  const subscription = store.subscriptions.get(arn)
  if (subscription === undefined) throw subscriptionNotFound()
  return subscription
}

function checkAttribute(name: string, value: string): void {
  if (!SETTABLE.has(name)) throw invalidParameter('AttributeName')
  if (name === 'DeliveryPolicy') checkJson(name, () => checkSubscriptionPolicy(value))
  if (name === 'RedrivePolicy') checkJson(name, () => redrivePolicy.parse(JSON.parse(value)))
  if (name === 'RawMessageDelivery' && !/^(true|false)$/i.test(value))
    throw new SnsError('InvalidParameter', 400, 'Invalid parameter: RawMessageDelivery')
}

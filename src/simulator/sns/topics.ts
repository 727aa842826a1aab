import { z } from 'zod'
import type { Topic } from '../resources.ts'
import type { Home } from '../ses/mail.ts'
import type { Store } from '../store.ts'
import { checkTopicPolicy } from './delivery-policy.ts'
import { invalidParameter, topicNotFound } from './error.ts'
import { attributesXml, type Xml } from './xml.ts'

const SETTABLE = new Set(['SignatureVersion', 'DeliveryPolicy', 'Policy', 'DisplayName'])

export function createTopic(store: Store, parameters: URLSearchParams, home: Home): Xml {
  const name = parameters.get('Name') ?? ''
  if (!/^[A-Za-z0-9_-]{1,256}$/.test(name)) throw invalidParameter('Topic Name')
  const arn = `arn:aws:sns:${home.region}:${home.accountId}:${name}`
  if (!store.topics.has(arn)) {
    const attributes = readAttributes(parameters)
    for (const [key, value] of Object.entries(attributes)) checkAttribute(key, value)
    store.topics.set(arn, { arn, attributes })
    store.changed()
  }
  return { TopicArn: arn }
}

export function setTopicAttributes(store: Store, parameters: URLSearchParams): null {
  const topic = findTopic(store, parameters.get('TopicArn'))
  const name = parameters.get('AttributeName') ?? ''
  const value = parameters.get('AttributeValue') ?? ''
  checkAttribute(name, value)
  topic.attributes[name] = value
  store.changed()
  return null
}

export function getTopicAttributes(store: Store, parameters: URLSearchParams, home: Home): Xml {
  const topic = findTopic(store, parameters.get('TopicArn'))
  const subscriptions = [...store.subscriptions.values()].filter(
    ({ topicArn }) => topicArn === topic.arn,
  )
  const confirmed = subscriptions.filter((subscription) => subscription.confirmed).length
  return {
    Attributes: attributesXml({
      TopicArn: topic.arn,
      Owner: home.accountId,
      SubscriptionsConfirmed: String(confirmed),
      SubscriptionsPending: String(subscriptions.length - confirmed),
      SubscriptionsDeleted: '0',
      SignatureVersion: '1',
      ...topic.attributes,
    }),
  }
}

export function findTopic(store: Store, arn: string | null): Topic {
  if (arn === null || !arn.startsWith('arn:')) throw invalidParameter('TopicArn')
  const topic = store.topics.get(arn)
  if (topic === undefined) throw topicNotFound()
  return topic
}

/** `Attributes.entry.N.key` and `.value` of SNS's query form. */
export function readAttributes(parameters: URLSearchParams): Record<string, string> {
  const attributes: Record<string, string> = {}
  for (const [name, key] of parameters) {
    const number = /^Attributes\.entry\.(\d+)\.key$/.exec(name)?.[1]
    if (number !== undefined)
      attributes[key] = parameters.get(`Attributes.entry.${number}.value`) ?? ''
  }
  return attributes
}

function checkAttribute(name: string, value: string): void {
  if (!SETTABLE.has(name)) throw invalidParameter('AttributeName')
  if (name === 'SignatureVersion' && value !== '1' && value !== '2')
    throw invalidParameter('SignatureVersion')
  if (name === 'DeliveryPolicy') checkJson('DeliveryPolicy', () => checkTopicPolicy(value))
  if (name === 'Policy')
    checkJson('Policy', () => {
      policy.parse(JSON.parse(value))
    })
}

const policy = z.object({ Statement: z.array(z.object({ Effect: z.enum(['Allow', 'Deny']) })) })

export function checkJson(name: string, check: () => void): void {
  try {
    check()
  } catch (error) {
    const reason =
      error instanceof z.ZodError ? (error.issues[0]?.message ?? '') : 'failed to parse JSON.'
    throw invalidParameter(`${name}: ${reason}`)
  }
}

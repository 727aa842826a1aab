import { openDeadLetterQueue } from './open-dead-letter-queue.ts'
import { type AwsAccess, AwsRefusal, callSes, callSns } from './signed-call.ts'

const DESTINATION = 'aerogram'
const EVENT_TYPES = [
  'SEND',
  'REJECT',
  'BOUNCE',
  'COMPLAINT',
  'DELIVERY',
  'OPEN',
  'CLICK',
  'RENDERING_FAILURE',
  'DELIVERY_DELAY',
  'SUBSCRIPTION',
]

/** Below the hour that SNS allows in all; most of the tries come in the first minutes. */
const DELIVERY_POLICY = {
  healthyRetryPolicy: {
    minDelayTarget: 1,
    maxDelayTarget: 120,
    numRetries: 50,
    numNoDelayRetries: 0,
    numMinDelayRetries: 10,
    numMaxDelayRetries: 10,
    backoffFunction: 'exponential',
  },
}

export interface EventChannel {
  topicArn: string
  configurationSet: string
  /** Where SNS posts: `<PUBLIC_URL>/sns`. */
  endpoint: string
  /** Of the SQS queue for what SNS cannot deliver; undefined: that is lost. */
  deadLetterQueueUrl: string | undefined
}

/**
 * Topic, dead-letter queue, configuration set, event destination and subscription, each made unless
 * it is there: may be repeated. The subscription is confirmed later, by the Worker. Throws `AwsRefusal`.
 */
export async function openEventChannel(channel: EventChannel, access: AwsAccess): Promise<void> {
  const { topicArn, configurationSet } = channel
  const name = topicArn.split(':')[5] ?? ''
  const made = tag(await callSns('CreateTopic', { Name: name }, access), 'TopicArn')
  if (made !== topicArn) throw new Error(`The topic is ${made} and not ${topicArn}.`)
  await setTopicAttribute(topicArn, 'SignatureVersion', '2', access)

  await unlessThere(() =>
    callSes(
      'POST',
      '/v2/email/configuration-sets',
      { ConfigurationSetName: configurationSet },
      access,
    ),
  )
  const destinations = `/v2/email/configuration-sets/${configurationSet}/event-destinations`
  const EventDestination = {
    Enabled: true,
    MatchingEventTypes: EVENT_TYPES,
    SnsDestination: { TopicArn: topicArn },
  }
  await unlessThere(() =>
    callSes('POST', destinations, { EventDestinationName: DESTINATION, EventDestination }, access),
  )

  await subscribe(channel, access)
}

/** SNS refuses a second Subscribe that asks for something else: what is there is changed. */
async function subscribe(channel: EventChannel, access: AwsAccess): Promise<void> {
  const { topicArn, endpoint, deadLetterQueueUrl } = channel
  const attributes = { DeliveryPolicy: JSON.stringify(DELIVERY_POLICY) }
  const deadLetterTargetArn =
    deadLetterQueueUrl === undefined
      ? undefined
      : await openDeadLetterQueue(deadLetterQueueUrl, topicArn, access)
  const all = Object.entries({
    ...attributes,
    ...(deadLetterTargetArn && { RedrivePolicy: JSON.stringify({ deadLetterTargetArn }) }),
  })
  const known = (await listSubscriptions(topicArn, access)).find(
    (subscription) => subscription.endpoint === endpoint && subscription.arn !== null,
  )
  if (known !== undefined && known.arn !== null) {
    for (const [AttributeName, AttributeValue] of all) {
      const change = { SubscriptionArn: known.arn, AttributeName, AttributeValue }
      await callSns('SetSubscriptionAttributes', change, access)
    }
    return
  }
  const entries = all.flatMap(([key, value], at) => [
    [`Attributes.entry.${at + 1}.key`, key],
    [`Attributes.entry.${at + 1}.value`, value],
  ])
  await callSns(
    'Subscribe',
    {
      TopicArn: topicArn,
      Protocol: new URL(endpoint).protocol.replace(':', ''),
      Endpoint: endpoint,
      ...Object.fromEntries(entries),
    },
    access,
  )
}

export interface Subscription {
  endpoint: string
  /** Null until it is confirmed. */
  arn: string | null
}

/** Of the first page, which holds a hundred. */
export async function listSubscriptions(
  topicArn: string,
  access: AwsAccess,
): Promise<Subscription[]> {
  const xml = await callSns('ListSubscriptionsByTopic', { TopicArn: topicArn }, access)
  return [...xml.matchAll(/<member>(.*?)<\/member>/gs)].map(([, member = '']) => {
    const arn = tag(member, 'SubscriptionArn')
    return { endpoint: tag(member, 'Endpoint'), arn: arn.startsWith('arn:') ? arn : null }
  })
}

async function setTopicAttribute(
  topicArn: string,
  name: string,
  value: string,
  access: AwsAccess,
): Promise<void> {
  await callSns(
    'SetTopicAttributes',
    { TopicArn: topicArn, AttributeName: name, AttributeValue: value },
    access,
  )
}

async function unlessThere(create: () => Promise<void>): Promise<void> {
  try {
    await create()
  } catch (error) {
    if (!(error instanceof AwsRefusal && error.code === 'AlreadyExistsException')) throw error
  }
}

function tag(xml: string, name: string): string {
  const value = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? ''
  return value
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
}

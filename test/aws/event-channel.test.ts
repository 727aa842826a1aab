import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { expect, test } from 'vitest'
import { listSubscriptions, openEventChannel } from '../../src/aws/event-channel.ts'
import { anEndpoint } from '../simulator/endpoint.ts'
import { aSimulator, CREDENTIALS, TOPIC } from '../simulator/running.ts'
import { until } from '../simulator/until.ts'

const QUEUE_URL = 'https://sqs.eu-west-1.amazonaws.com/000000000000/aerogram-sns-dead'
const QUEUE_ARN = 'arn:aws:sqs:eu-west-1:000000000000:aerogram-sns-dead'

test('a channel opened again gets what it lacked: the queue for what SNS cannot deliver', async () => {
  const { url, sns, sqs } = await aSimulator()
  const endpoint = await anEndpoint()
  const access = {
    ...CREDENTIALS,
    region: 'eu-west-1',
    sesEndpoint: url,
    snsEndpoint: url,
    sqsEndpoint: url,
  }
  const channel = { topicArn: TOPIC, configurationSet: 'aerogram', endpoint: endpoint.url }
  await openEventChannel({ ...channel, deadLetterQueueUrl: undefined }, access)
  await until(() => endpoint.posts.length > 0)
  const there = new URL(endpoint.posts[0]?.body.SubscribeURL ?? '')
  await fetch(url + there.pathname + there.search)
  const attributes = async () => {
    const [subscription] = await listSubscriptions(TOPIC, access)
    const SubscriptionArn = subscription?.arn ?? ''
    return (await sns({ Action: 'GetSubscriptionAttributes', SubscriptionArn })).xml
  }
  expect(await attributes()).not.toContain('RedrivePolicy')

  for (let times = 0; times < 2; times += 1) {
    await openEventChannel({ ...channel, deadLetterQueueUrl: QUEUE_URL }, access)
    expect(await attributes()).toContain(QUEUE_ARN)
  }
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: QUEUE_URL, AttributeNames: ['Policy'] }),
  )
  expect(JSON.parse(Attributes['Policy'] ?? '')).toMatchObject({
    Statement: [{ Resource: QUEUE_ARN, Condition: { ArnEquals: { 'aws:SourceArn': TOPIC } } }],
  })
  expect(await listSubscriptions(TOPIC, access)).toHaveLength(1)
})

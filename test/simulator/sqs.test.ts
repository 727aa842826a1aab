import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { expect, test } from 'vitest'
import { anEndpoint } from './endpoint.ts'
import { anEmail } from './requests.ts'
import { aDirectory, aSimulator, CREDENTIALS, everythingSetUp, TOPIC } from './running.ts'
import { until } from './until.ts'

const NAME = 'aerogram-sns-dead'
const ARN = `arn:aws:sqs:eu-west-1:000000000000:${NAME}`
const QueueUrl = `https://sqs.eu-west-1.amazonaws.com/000000000000/${NAME}`

/** As AWS writes it for a dead-letter queue of SNS. */
const policy = (topicArn = TOPIC) =>
  JSON.stringify({
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'SQS:SendMessage',
        Resource: ARN,
        Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
      },
    ],
  })

async function waiting(sqs: SQSClient): Promise<(string | undefined)[]> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  )
  return [
    Attributes['ApproximateNumberOfMessages'],
    Attributes['ApproximateNumberOfMessagesNotVisible'],
  ]
}

test("AWS's own client sends, receives and deletes", async () => {
  const { sqs } = await aSimulator()
  const made = await sqs.send(new CreateQueueCommand({ QueueName: NAME }))
  expect(made.QueueUrl).toBe(QueueUrl)
  expect((await sqs.send(new GetQueueUrlCommand({ QueueName: NAME }))).QueueUrl).toBe(QueueUrl)
  for (const MessageBody of ['one', 'two']) {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }))
  }
  expect(await waiting(sqs)).toEqual(['2', '0'])
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['ApproximateReceiveCount'],
    }),
  )
  expect(Messages).toMatchObject([
    { Body: 'one', Attributes: { ApproximateReceiveCount: '1' } },
    { Body: 'two' },
  ])
  expect(await waiting(sqs)).toEqual(['0', '2'])
  const [one, two] = Messages
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: one?.ReceiptHandle }))
  const deleted = await sqs.send(
    new DeleteMessageBatchCommand({
      QueueUrl,
      Entries: [
        { Id: 'good', ReceiptHandle: two?.ReceiptHandle },
        { Id: 'bad', ReceiptHandle: 'nonsense' },
      ],
    }),
  )
  expect(deleted).toMatchObject({ Successful: [{ Id: 'good' }], Failed: [{ Id: 'bad' }] })
  expect(await waiting(sqs)).toEqual(['0', '0'])
})

test('a message that was received and not deleted comes again, under another receipt', async () => {
  const { sqs } = await aSimulator()
  await sqs.send(new CreateQueueCommand({ QueueName: NAME }))
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'one' }))
  const receive = (VisibilityTimeout: number) =>
    sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout, WaitTimeSeconds: 2 }))
  const first = (await receive(1)).Messages?.[0]
  const second = (await receive(10)).Messages?.[0]
  expect(second?.MessageId).toBe(first?.MessageId)
  expect(second?.ReceiptHandle).not.toBe(first?.ReceiptHandle)
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: first?.ReceiptHandle }))
  expect(await waiting(sqs)).toEqual(['0', '1'])
})

test('who signs with another key, for another region or not at all is refused', async () => {
  const { sqs, url } = await aSimulator()
  await sqs.send(new CreateQueueCommand({ QueueName: NAME }))
  const other = (settings: object) =>
    new SQSClient({
      endpoint: url,
      region: 'eu-west-1',
      credentials: CREDENTIALS,
      maxAttempts: 1,
      ...settings,
    }).send(new SendMessageCommand({ QueueUrl, MessageBody: 'mine' }))
  await expect(
    other({ credentials: { ...CREDENTIALS, secretAccessKey: 'x'.repeat(40) } }),
  ).rejects.toThrow('signature we calculated does not match')
  await expect(other({ region: 'us-east-1' })).rejects.toThrow('scoped to a valid region')
  const unsigned = await fetch(url, {
    method: 'POST',
    headers: { 'x-amz-target': 'AmazonSQS.SendMessage' },
    body: JSON.stringify({ QueueUrl, MessageBody: 'mine' }),
  })
  expect(unsigned.status).toBe(403)
  expect(await waiting(sqs)).toEqual(['0', '0'])
})

test('a queue that is not there, and what it cannot be told', async () => {
  const { sqs } = await aSimulator()
  await expect(sqs.send(new ReceiveMessageCommand({ QueueUrl }))).rejects.toThrow(
    'The specified queue does not exist',
  )
  await sqs.send(new CreateQueueCommand({ QueueName: NAME }))
  await expect(
    sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: 'all' } })),
  ).rejects.toThrow('Invalid value for the parameter Policy')
  await expect(
    sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 11 })),
  ).rejects.toThrow('MaxNumberOfMessages')
})

test.each([
  ['lets its topic', policy(), 2],
  ['lets another topic', policy(`${TOPIC}-other`), 0],
  ['lets nobody', undefined, 0],
])('what SNS cannot deliver lies in a queue whose policy %s', async (_, Policy, expected) => {
  const simulator = await aSimulator()
  const { sqs } = simulator
  const endpoint = await anEndpoint(({ body }) => (body.Type === 'Notification' ? 500 : 200))
  await sqs.send(
    new CreateQueueCommand({ QueueName: NAME, Attributes: Policy === undefined ? {} : { Policy } }),
  )
  await everythingSetUp(simulator, endpoint, {
    deliveryPolicy: { healthyRetryPolicy: { numRetries: 0 } },
    redrivePolicy: { deadLetterTargetArn: ARN },
  })
  // SES's own message on a new destination is not of an email.
  await until(() => endpoint.notifications().length === 1)
  await simulator.rawSes('/v2/email/outbound-emails', anEmail())
  await until(() => endpoint.notifications().length === 3)
  await new Promise((resolve) => setTimeout(resolve, 50))
  const counted = await waiting(sqs)
  expect(counted[0]).toBe(String(expected === 0 ? 0 : expected + 1))
})

test('an event taken from the queue counts as told, and the queue outlives the simulator', async () => {
  const directory = aDirectory()
  const first = await aSimulator({ directory })
  const endpoint = await anEndpoint(({ body }) => (body.Type === 'Notification' ? 500 : 200))
  await first.sqs.send(
    new CreateQueueCommand({ QueueName: NAME, Attributes: { Policy: policy() } }),
  )
  await everythingSetUp(first, endpoint, {
    deliveryPolicy: { healthyRetryPolicy: { numRetries: 0 } },
    redrivePolicy: { deadLetterTargetArn: ARN },
  })
  await first.rawSes('/v2/email/outbound-emails', anEmail())
  await until(async () => (await waiting(first.sqs))[0] === '3')
  expect((await first.summary()).told).toEqual({})
  await first.close()

  const { sqs, summary } = await aSimulator({ directory })
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
  )
  expect(Messages).toHaveLength(3)
  for (const { Body = '', ReceiptHandle } of Messages) {
    expect(JSON.parse(Body)).toMatchObject({ Type: 'Notification', SignatureVersion: '2' })
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
  }
  expect((await summary()).told).toEqual({ Send: 1, Delivery: 1 })
})

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SendEmailCommand } from '@aws-sdk/client-sesv2'
import { GetQueueAttributesCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import Validator from 'sns-payload-validator'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { certificatesFrom } from './simulator/certificates.ts'
import { anEndpoint, type Endpoint } from './simulator/endpoint.ts'
import { aSimulator, CREDENTIALS } from './simulator/running.ts'
import { until } from './simulator/until.ts'
import { blocks, projectRoot, section } from './support/readme.ts'
import { aShell } from './support/shell.ts'

const files = join(projectRoot, 'src/cli/aws')
const CLI = `exec '${process.execPath}' '${join(projectRoot, 'test/support/aws-cli.ts')}' "$@"`

const [variables = ''] = blocks(section('Deploying'), 'sh')
const [fill = '', topic = '', user = ''] = blocks(
  section('1. AWS: topic, queue, configuration set, user'),
  'sh',
)
const [subscribe = '', list = '', destination = ''] = blocks(
  section('4. AWS: subscription and event destination'),
  'sh',
)

const ACCOUNT = '123456789012'
const NAME = 'aerogram-test'
const QUEUE_URL = `https://sqs.eu-west-1.amazonaws.com/${ACCOUNT}/${NAME}-sns-dead`
const QUEUE_ARN = `arn:aws:sqs:eu-west-1:${ACCOUNT}:${NAME}-sns-dead`
const TOPIC_ARN = `arn:aws:sns:eu-west-1:${ACCOUNT}:${NAME}`

test('the AWS commands of the README, as they stand, make SES tell us over a signed topic', async () => {
  const simulator = await aSimulator({ account: ACCOUNT })
  const endpoint = await anEndpoint()
  certificatesFrom(simulator.url)
  const { run } = aShell(
    { aws: CLI },
    {
      AWS_ENDPOINT_URL: simulator.url,
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    },
  )
  const ours = `export PUBLIC_URL=${endpoint.url.replace(/\/sns$/, '')}`

  await run(variables, fill, topic)
  const { xml } = await simulator.sns({ Action: 'GetTopicAttributes', TopicArn: TOPIC_ARN })
  expect(xml).toContain('<key>SignatureVersion</key><value>2</value>')
  expect(xml).toContain('numMaxDelayRetries')
  expect(xml).toContain(`arn:aws:ses:eu-west-1:${ACCOUNT}:configuration-set/${NAME}`)
  const queue = await simulator.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: QUEUE_URL, AttributeNames: ['All'] }),
  )
  expect(queue.Attributes).toMatchObject({ QueueArn: QUEUE_ARN, MessageRetentionPeriod: '1209600' })

  // TLS ends before a Worker; the loopback address has none.
  await run(variables, ours, subscribe.replace('--protocol https', '--protocol http'))
  expect(await run(variables, list)).toContain('PendingConfirmation')
  await confirm(endpoint, simulator.url)
  expect(await run(variables, list)).toContain(`"SubscriptionArn": "${TOPIC_ARN}:`)

  await run(variables, destination)
  await until(() => endpoint.notifications().length === 1)
  expect(endpoint.notifications()[0]?.body.Message).toBe(
    'Successfully validated SNS topic for Amazon SES event publishing.',
  )

  const { MessageId } = await simulator.ses.send(
    new SendEmailCommand({
      FromEmailAddress: 'hello@example.com',
      Destination: { ToAddresses: ['success@simulator.amazonses.com'] },
      Content: { Simple: { Subject: { Data: 'Hello' }, Body: { Text: { Data: 'Hello' } } } },
      ConfigurationSetName: NAME,
    }),
  )
  await until(() => endpoint.events().length === 2)
  expect(endpoint.events('Delivery')).toHaveLength(1)
  expect(endpoint.events('Send')[0]?.mail.messageId).toBe(MessageId)
  const validator = new Validator()
  for (const { body, text } of endpoint.notifications()) {
    expect(body).toMatchObject({ SignatureVersion: '2', TopicArn: TOPIC_ARN })
    await expect(validator.validate(text)).resolves.toMatchObject({ MessageId: body.MessageId })
  }
})

test('what that subscription could not deliver lies in that queue, as SNS would have posted it', async () => {
  const simulator = await aSimulator({ account: ACCOUNT })
  // An answer of 4xx is final, so that nobody waits for sixty tries.
  const endpoint = await anEndpoint(({ body }) => (body.Type === 'Notification' ? 403 : 200))
  const { run } = aShell(
    { aws: CLI },
    {
      AWS_ENDPOINT_URL: simulator.url,
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    },
  )
  const ours = `export PUBLIC_URL=${endpoint.url.replace(/\/sns$/, '')}`
  const overHttp = subscribe.replace('--protocol https', '--protocol http')
  await run(variables, ours, fill, topic, overHttp)
  await confirm(endpoint, simulator.url)
  await run(variables, destination)
  await until(() => endpoint.notifications().length === 1)
  const { Messages = [] } = await simulator.sqs.send(
    new ReceiveMessageCommand({ QueueUrl: QUEUE_URL, WaitTimeSeconds: 2 }),
  )
  expect(Messages.map(({ Body }) => Body)).toEqual([endpoint.notifications()[0]?.text])
})

test('every placeholder is filled', async () => {
  const { directory, run } = aShell({})
  await run(variables, fill)
  const filled = join(directory, '.aerogram/aws')
  expect(readdirSync(filled).toSorted()).toEqual(readdirSync(files).toSorted())
  for (const file of readdirSync(filled)) {
    const text = readFileSync(join(filled, file), 'utf8')
    expect(JSON.parse(text)).toBeTypeOf('object')
    expect(text).not.toMatch(/NAME|REGION|ACCOUNT_ID|DOMAIN/)
  }
})

test('every file to paste is used by a command', () => {
  const commands = [topic, user, subscribe, destination].join('\n')
  for (const file of readdirSync(files)) {
    expect(commands).toContain(`file://.aerogram/aws/${file}`)
  }
})

test('SNS tries as long as it may: each wait at its longest still makes no more than an hour', () => {
  const { http } = z
    .object({
      http: z.object({
        defaultHealthyRetryPolicy: z.object({ maxDelayTarget: z.int(), numRetries: z.int() }),
      }),
    })
    .parse(pasted('topic-delivery-policy.json'))
  const { maxDelayTarget, numRetries } = http.defaultHealthyRetryPolicy
  expect(numRetries).toBeLessThanOrEqual(100)
  expect(numRetries * maxDelayTarget).toBeLessThanOrEqual(3600)
})

test('nobody but SES, for one configuration set of one account, is let in by the topic', () => {
  expect(pasted('topic-policy.json')).toMatchObject({
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'ses.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: 'arn:aws:sns:REGION:ACCOUNT_ID:NAME',
        Condition: {
          StringEquals: {
            'AWS:SourceAccount': 'ACCOUNT_ID',
            'AWS:SourceArn': 'arn:aws:ses:REGION:ACCOUNT_ID:configuration-set/NAME',
          },
        },
      },
    ],
  })
})

test('nobody but SNS, for this topic, may send to the queue, and the subscription names it', () => {
  const queue = z.object({ Policy: z.string() }).parse(pasted('queue-attributes.json'))
  expect(JSON.parse(queue.Policy)).toMatchObject({
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: 'arn:aws:sqs:REGION:ACCOUNT_ID:NAME-sns-dead',
        Condition: { ArnEquals: { 'aws:SourceArn': 'arn:aws:sns:REGION:ACCOUNT_ID:NAME' } },
      },
    ],
  })
  expect(pasted('subscription.json')).toEqual({
    RawMessageDelivery: 'false',
    RedrivePolicy: '{"deadLetterTargetArn":"arn:aws:sqs:REGION:ACCOUNT_ID:NAME-sns-dead"}',
  })
})

test("the Worker's user may send from one identity, read the quota and take from the queue, and nothing else", () => {
  expect(pasted('iam-policy.json')).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'SendFromOneIdentity',
        Effect: 'Allow',
        Action: ['ses:SendEmail', 'ses:SendBulkEmail', 'ses:SendBulkTemplatedEmail'],
        Resource: [
          'arn:aws:ses:REGION:ACCOUNT_ID:identity/DOMAIN',
          'arn:aws:ses:REGION:ACCOUNT_ID:configuration-set/NAME',
        ],
      },
      { Sid: 'ReadRateAndQuota', Effect: 'Allow', Action: 'ses:GetAccount', Resource: '*' },
      {
        Sid: 'ManageDomainsAndSuppressions',
        Effect: 'Allow',
        Action: [
          'ses:CreateEmailIdentity',
          'ses:GetEmailIdentity',
          'ses:PutEmailIdentityMailFromAttributes',
          'ses:DeleteEmailIdentity',
          'ses:PutSuppressedDestination',
          'ses:DeleteSuppressedDestination',
        ],
        Resource: '*',
      },
      {
        Sid: 'TakeWhatSnsCouldNotDeliver',
        Effect: 'Allow',
        Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
        Resource: 'arn:aws:sqs:REGION:ACCOUNT_ID:NAME-sns-dead',
      },
    ],
  })
})

function pasted(file: string): unknown {
  return JSON.parse(readFileSync(join(files, file), 'utf8'))
}

/** As the Worker does: by the token, at an address of its own making. */
async function confirm(endpoint: Endpoint, snsUrl: string): Promise<void> {
  await until(() => endpoint.posts.length === 1)
  const token = endpoint.posts[0]?.body.Token ?? ''
  const query = new URLSearchParams({
    Action: 'ConfirmSubscription',
    TopicArn: TOPIC_ARN,
    Token: token,
  })
  expect((await fetch(`${snsUrl}/?${query.toString()}`)).status).toBe(200)
}

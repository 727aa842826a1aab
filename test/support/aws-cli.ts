import { readFileSync } from 'node:fs'
import { argv, env } from 'node:process'
import {
  CreateConfigurationSetCommand,
  CreateConfigurationSetEventDestinationCommand,
  EventType,
  SESv2Client,
  SuppressionListReason,
} from '@aws-sdk/client-sesv2'
import {
  CreateTopicCommand,
  ListSubscriptionsByTopicCommand,
  SetTopicAttributesCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns'
import { CreateQueueCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { z } from 'zod'

// Stands for the `aws` of a reader of the README: the same words, AWS's own clients. The shapes are
// strict, so that a file to paste holds no field that AWS's client would drop.

const region = env['AWS_DEFAULT_REGION'] ?? ''
const ses = new SESv2Client({ region, maxAttempts: 1 })
const sns = new SNSClient({ region, maxAttempts: 1 })
const sqs = new SQSClient({ region, maxAttempts: 1, useQueueUrlAsEndpoint: false })

const configurationSet = z.strictObject({
  ConfigurationSetName: z.string(),
  SendingOptions: z.strictObject({ SendingEnabled: z.boolean() }),
  ReputationOptions: z.strictObject({ ReputationMetricsEnabled: z.boolean() }),
  SuppressionOptions: z.strictObject({ SuppressedReasons: z.array(z.enum(SuppressionListReason)) }),
})
const eventDestination = z.strictObject({
  ConfigurationSetName: z.string(),
  EventDestinationName: z.string(),
  EventDestination: z.strictObject({
    Enabled: z.boolean(),
    MatchingEventTypes: z.array(z.enum(EventType)),
    SnsDestination: z.strictObject({ TopicArn: z.string() }),
  }),
})
const attributes = z.record(z.string(), z.string())

type Options = Map<string, string>

const commands: Record<string, (options: Options) => Promise<object>> = {
  'sns create-topic': (given) => sns.send(new CreateTopicCommand({ Name: text(given, 'name') })),
  'sns set-topic-attributes': (given) =>
    sns.send(
      new SetTopicAttributesCommand({
        TopicArn: text(given, 'topic-arn'),
        AttributeName: text(given, 'attribute-name'),
        AttributeValue: text(given, 'attribute-value'),
      }),
    ),
  'sns subscribe': (given) =>
    sns.send(
      new SubscribeCommand({
        TopicArn: text(given, 'topic-arn'),
        Protocol: text(given, 'protocol'),
        Endpoint: text(given, 'notification-endpoint'),
        Attributes: attributes.parse(json(given, 'attributes')),
      }),
    ),
  'sns list-subscriptions-by-topic': (given) =>
    sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: text(given, 'topic-arn') })),
  'sqs create-queue': (given) =>
    sqs.send(new CreateQueueCommand({ QueueName: text(given, 'queue-name') })),
  'sqs set-queue-attributes': (given) =>
    sqs.send(
      new SetQueueAttributesCommand({
        QueueUrl: text(given, 'queue-url'),
        Attributes: attributes.parse(json(given, 'attributes')),
      }),
    ),
  'sesv2 create-configuration-set': (given) =>
    ses.send(
      new CreateConfigurationSetCommand(configurationSet.parse(json(given, 'cli-input-json'))),
    ),
  'sesv2 create-configuration-set-event-destination': (given) =>
    ses.send(
      new CreateConfigurationSetEventDestinationCommand(
        eventDestination.parse(json(given, 'cli-input-json')),
      ),
    ),
}

const [service = '', operation = '', ...rest] = argv.slice(2)
const command = commands[`${service} ${operation}`]
if (command === undefined) throw new Error(`No aws ${service} ${operation} here`)
const options = optionsOf(rest)
const { $metadata: _, ...answer } = { $metadata: null, ...(await command(options)) }
const [forgotten] = options.keys()
if (forgotten !== undefined) throw new Error(`Unknown options: --${forgotten}`)
console.log(JSON.stringify(answer, null, 4))

function optionsOf(words: string[]): Options {
  const given: Options = new Map()
  for (let at = 0; at < words.length; at += 2) {
    const [name = '', value = ''] = words.slice(at, at + 2)
    if (!name.startsWith('--')) throw new Error(`Unknown word: ${name}`)
    const path = /^file:\/\/(.*)$/.exec(value)?.[1]
    given.set(name.slice(2), path === undefined ? value : readFileSync(path, 'utf8'))
  }
  return given
}

/** Takes an option away: what is left in the end is one that the command does not know. */
function text(given: Options, name: string): string {
  const value = given.get(name)
  if (value === undefined) throw new Error(`--${name} is missing`)
  given.delete(name)
  return value
}

function json(given: Options, name: string): unknown {
  return JSON.parse(text(given, name))
}

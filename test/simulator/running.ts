import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SESv2Client } from '@aws-sdk/client-sesv2'
import { SQSClient } from '@aws-sdk/client-sqs'
import { AwsClient } from 'aws4fetch'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import { type SimulatorSettings, startSimulator } from '../../src/simulator/server.ts'
import type { Endpoint } from './endpoint.ts'
import { until } from './until.ts'

export const CREDENTIALS = {
  accessKeyId: 'AKIALOCALAEROGRAM00',
  secretAccessKey: 'local-secret-local-secret-local-secret',
}
export const TOPIC = 'arn:aws:sns:eu-west-1:000000000000:aerogram'
const ALL_TYPES = [
  'SEND',
  'REJECT',
  'BOUNCE',
  'COMPLAINT',
  'DELIVERY',
  'OPEN',
  'CLICK',
  'RENDERING_FAILURE',
  'DELIVERY_DELAY',
]

/** A directory of its own, gone when the test ends. */
export function aDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'simulator-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** A simulator on a free port, closed when the test ends. Events come at once unless told otherwise. */
export async function aSimulator(settings: Partial<SimulatorSettings> = {}) {
  const directory = settings.directory ?? aDirectory()
  lendCertificate(directory)
  const simulator = await startSimulator({
    port: 0,
    region: 'eu-west-1',
    account: '000000000000',
    credentials: CREDENTIALS,
    eventDelay: 0,
    ...settings,
    directory,
  })
  keepCertificate(directory)
  onTestFinished(() => simulator.close())
  return { ...simulator, ...talkingTo(simulator.url) }
}

const CERTIFICATE_FILES = ['certificate.pem', 'certificate-key.pem']
const certificate = new Map<string, string>()

/** One key for a whole file of tests: making one takes long. */
function lendCertificate(directory: string): void {
  for (const [file, content] of certificate) writeFileSync(join(directory, file), content)
}

function keepCertificate(directory: string): void {
  for (const file of CERTIFICATE_FILES)
    certificate.set(file, readFileSync(join(directory, file), 'utf8'))
}

export function talkingTo(url: string) {
  const ses = new SESv2Client({
    endpoint: url,
    region: 'eu-west-1',
    credentials: CREDENTIALS,
    maxAttempts: 1,
  })
  const sqs = new SQSClient({
    endpoint: url,
    region: 'eu-west-1',
    credentials: CREDENTIALS,
    maxAttempts: 1,
    useQueueUrlAsEndpoint: false,
  })
  return {
    ses,
    sqs,
    /** SNS's answer in XML. */
    sns: (parameters: Record<string, string>) => snsCall(url, parameters),
    /** SES without a client: any body, any path. */
    rawSes: (path: string, body: unknown, method = 'POST') => rawSesCall(url, path, body, method),
    control: async (path: string, body?: unknown) => {
      const response = await fetch(
        `${url}/_sim/${path}`,
        body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) },
      )
      return { status: response.status, json: await response.json() }
    },
    ledger: async () => ledger.parse(await (await fetch(`${url}/_sim/ledger`)).json()),
    summary: async () => summary.parse(await (await fetch(`${url}/_sim/ledger?summary`)).json()),
  }
}

const ledger = z.object({
  calls: z.array(
    z.object({
      id: z.string(),
      operation: z.string(),
      at: z.number(),
      answered: z.number().nullable(),
      attempts: z.array(z.string()),
      error: z.string().optional(),
      fault: z.string().optional(),
    }),
  ),
  accepted: z.array(
    z.object({
      sesMessageId: z.string(),
      attemptId: z.string().nullable(),
      to: z.array(z.string()),
      subject: z.string(),
      at: z.number(),
    }),
  ),
  events: z.array(
    z.object({
      key: z.string(),
      type: z.string(),
      sesMessageId: z.string(),
      recipients: z.array(z.string()),
      lost: z.boolean(),
      deliveries: z.array(z.object({ at: z.number(), status: z.number() })),
    }),
  ),
  people: z.array(z.object({ sesMessageId: z.string(), does: z.string(), images: z.number() })),
})
const counts = z.record(z.string(), z.number())
const summary = z.object({
  calls: counts,
  accepted: z.number(),
  attempts: z.number(),
  events: counts,
  told: counts,
  lost: z.number(),
  pending: z.number(),
})

async function snsCall(url: string, parameters: Record<string, string>) {
  const client = new AwsClient({ ...CREDENTIALS, region: 'eu-west-1', service: 'sns', retries: 0 })
  const response = await client.fetch(`${url}/`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ Version: '2010-03-31', ...parameters }).toString(),
  })
  return { status: response.status, xml: await response.text() }
}

async function rawSesCall(url: string, path: string, body: unknown, method: string) {
  const client = new AwsClient({ ...CREDENTIALS, region: 'eu-west-1', service: 'ses', retries: 0 })
  const response = await client.fetch(url + path, {
    method,
    ...(method === 'GET' ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  return {
    status: response.status,
    type: response.headers.get('x-amzn-errortype'),
    requestId: response.headers.get('x-amzn-requestid'),
    text: await response.text(),
  }
}

export interface SetUp {
  version?: '1' | '2'
  deliveryPolicy?: object
  redrivePolicy?: object
}

/** Topic, confirmed subscription, configuration set `main` and its event destination. */
export async function everythingSetUp(
  { sns, rawSes, url }: Pick<Awaited<ReturnType<typeof aSimulator>>, 'sns' | 'rawSes' | 'url'>,
  endpoint: Endpoint,
  { version = '2', deliveryPolicy, redrivePolicy }: SetUp = {},
) {
  await sns({
    Action: 'CreateTopic',
    Name: 'aerogram',
    'Attributes.entry.1.key': 'SignatureVersion',
    'Attributes.entry.1.value': version,
  })
  const attributes = Object.entries({
    DeliveryPolicy: deliveryPolicy,
    RedrivePolicy: redrivePolicy,
  }).filter(([, value]) => value !== undefined)
  await sns({
    Action: 'Subscribe',
    TopicArn: TOPIC,
    Protocol: 'http',
    Endpoint: endpoint.url,
    ...Object.fromEntries(
      attributes.flatMap(([key, value], at) => [
        [`Attributes.entry.${at + 1}.key`, key],
        [`Attributes.entry.${at + 1}.value`, JSON.stringify(value)],
      ]),
    ),
  })
  await until(() => endpoint.posts.some(({ body }) => body.Type === 'SubscriptionConfirmation'))
  const asked = endpoint.posts.find(({ body }) => body.Type === 'SubscriptionConfirmation')
  const there = new URL(asked?.body.SubscribeURL ?? '')
  const confirmed = await fetch(url + there.pathname + there.search)
  const xml = await confirmed.text()
  await rawSes('/v2/email/configuration-sets', { ConfigurationSetName: 'main' })
  await rawSes('/v2/email/configuration-sets/main/event-destinations', {
    EventDestinationName: 'sns',
    EventDestination: {
      Enabled: true,
      MatchingEventTypes: ALL_TYPES,
      SnsDestination: { TopicArn: TOPIC },
    },
  })
  return { confirmed: confirmed.status, xml }
}

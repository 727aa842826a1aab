import { X509Certificate } from 'node:crypto'
import { expect, test } from 'vitest'
import { anEndpoint } from './endpoint.ts'
import { aSimulator, everythingSetUp, TOPIC } from './running.ts'
import { until } from './until.ts'

const entry = (key: string, value: string) => `<entry><key>${key}</key><value>${value}</value>`

test('topic and subscription attributes are set and told', async () => {
  const { sns } = await aSimulator()
  const created = await sns({ Action: 'CreateTopic', Name: 'aerogram' })
  expect(created.xml).toContain(`<CreateTopicResult><TopicArn>${TOPIC}</TopicArn>`)
  const set = (AttributeName: string, AttributeValue: string) =>
    sns({ Action: 'SetTopicAttributes', TopicArn: TOPIC, AttributeName, AttributeValue })
  const told = () => sns({ Action: 'GetTopicAttributes', TopicArn: TOPIC })
  expect((await told()).xml).toContain(entry('SignatureVersion', '1'))
  expect((await set('SignatureVersion', '2')).status).toBe(200)
  expect((await told()).xml).toContain(entry('SignatureVersion', '2'))
  expect((await set('SignatureVersion', '3')).xml).toContain('Invalid parameter: SignatureVersion')
  expect((await set('Colour', 'red')).xml).toContain('Invalid parameter: AttributeName')
  expect((await set('DeliveryPolicy', '{')).xml).toContain('Invalid parameter: DeliveryPolicy')

  const subscribed = await sns({
    Action: 'Subscribe',
    TopicArn: TOPIC,
    Protocol: 'http',
    Endpoint: 'http://127.0.0.1:1/sns',
    ReturnSubscriptionArn: 'true',
  })
  const SubscriptionArn = /<SubscriptionArn>(.+)<\/SubscriptionArn>/.exec(subscribed.xml)?.[1] ?? ''
  expect(
    await sns({
      Action: 'SetSubscriptionAttributes',
      SubscriptionArn,
      AttributeName: 'RedrivePolicy',
      AttributeValue: '{"deadLetterTargetArn":"arn:aws:sqs:eu-west-1:000000000000:dead"}',
    }),
  ).toMatchObject({ status: 200 })
  const attributes = await sns({ Action: 'GetSubscriptionAttributes', SubscriptionArn })
  expect(attributes.xml).toContain(entry('PendingConfirmation', 'true'))
  expect(attributes.xml).toContain('&quot;deadLetterTargetArn&quot;')
  const list = () => sns({ Action: 'ListSubscriptionsByTopic', TopicArn: TOPIC })
  expect((await list()).xml).toContain('<SubscriptionArn>PendingConfirmation</SubscriptionArn>')
  expect(await sns({ Action: 'Unsubscribe', SubscriptionArn })).toMatchObject({ status: 200 })
  expect((await list()).xml).toContain('<Subscriptions></Subscriptions>')
})

test('errors of SNS have its form', async () => {
  const { sns } = await aSimulator()
  const missing = await sns({ Action: 'GetTopicAttributes', TopicArn: TOPIC })
  expect(missing.status).toBe(404)
  expect(missing.xml).toMatch(
    /^<ErrorResponse xmlns="http:\/\/sns\.amazonaws\.com\/doc\/2010-03-31\/"><Error><Type>Sender<\/Type><Code>NotFound<\/Code><Message>Topic does not exist<\/Message><\/Error><RequestId>[0-9a-f-]{36}<\/RequestId><\/ErrorResponse>$/,
  )
  expect((await sns({ Action: 'Dance' })).xml).toContain('<Code>InvalidAction</Code>')
  expect((await sns({ Action: 'toString' })).xml).toContain('<Code>InvalidAction</Code>')
})

test('nothing is told before the confirmation; its token works as often as it is used', async () => {
  const simulator = await aSimulator()
  const endpoint = await anEndpoint()
  const { sns, url, rawSes } = simulator
  await sns({ Action: 'CreateTopic', Name: 'aerogram' })
  const subscribe = {
    Action: 'Subscribe',
    TopicArn: TOPIC,
    Protocol: 'http',
    Endpoint: endpoint.url,
  }
  const pending = await sns(subscribe)
  expect(pending.xml).toContain('<SubscriptionArn>pending confirmation</SubscriptionArn>')
  await until(() => endpoint.posts.length === 1)
  await rawSes('/v2/email/configuration-sets', { ConfigurationSetName: 'main' })
  const EventDestination = {
    Enabled: true,
    MatchingEventTypes: ['SEND'],
    SnsDestination: { TopicArn: TOPIC },
  }
  await rawSes('/v2/email/configuration-sets/main/event-destinations', {
    EventDestinationName: 'sns',
    EventDestination,
  })
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(endpoint.notifications()).toEqual([])

  const token = endpoint.posts[0]?.body.Token ?? ''
  const confirm = (TopicArn: string, Token: string) =>
    fetch(`${url}/?Action=ConfirmSubscription&TopicArn=${TopicArn}&Token=${Token}`)
  expect((await confirm(TOPIC, token)).status).toBe(200)
  expect((await confirm(TOPIC, token)).status).toBe(200)
  expect((await confirm(`${TOPIC}2`, token)).status).toBe(400)
  expect((await confirm(TOPIC, token.replace(/.$/, 'x'))).status).toBe(400)
  expect((await sns(subscribe)).xml).toMatch(/<SubscriptionArn>arn:aws:sns:.+<\/SubscriptionArn>/)
  const other = {
    'Attributes.entry.1.key': 'RawMessageDelivery',
    'Attributes.entry.1.value': 'true',
  }
  expect((await sns({ ...subscribe, ...other })).xml).toContain('already exists with different')
})

test('a confirmation that fails is asked again', async () => {
  const simulator = await aSimulator()
  let answers = 0
  const endpoint = await anEndpoint(() => (++answers === 1 ? 500 : 200))
  const atOnce = { healthyRetryPolicy: { numRetries: 1, numNoDelayRetries: 1 } }
  await everythingSetUp(simulator, endpoint, { deliveryPolicy: atOnce })
  await until(() => endpoint.posts.length >= 3)
  const [first, second] = endpoint.posts.filter(({ body }) => body.Type !== 'Notification')
  expect(second?.text).toBe(first?.text)
})

test('the certificate is one that a strict reader takes', async () => {
  const { url, ...simulator } = await aSimulator()
  const endpoint = await anEndpoint()
  await everythingSetUp({ url, ...simulator }, endpoint)
  const path = new URL(endpoint.posts[0]?.body.SigningCertURL ?? '').pathname
  const pem = await (await fetch(url + path)).text()
  expect(pem).toMatch(/^-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+-----END CERTIFICATE-----\n$/)
  const certificate = new X509Certificate(pem)
  expect(certificate.subject).toBe('CN=sns.amazonaws.com')
  expect(certificate.subjectAltName).toBe('DNS:sns.amazonaws.com')
  expect(certificate.publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048)
  expect(Date.parse(certificate.validFrom)).toBeLessThan(Date.now())
  expect(Date.parse(certificate.validTo)).toBeGreaterThan(Date.now())
})

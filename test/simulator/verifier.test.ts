import Validator from 'sns-payload-validator'
import { expect, test } from 'vitest'
import { certificatesFrom } from './certificates.ts'
import { anEndpoint } from './endpoint.ts'
import { anEmail } from './requests.ts'
import { aSimulator, everythingSetUp } from './running.ts'
import { until } from './until.ts'

test.for(['1', '2'] as const)(
  'an independent verifier accepts what is signed with version %s, and nothing altered',
  async (version) => {
    const simulator = await aSimulator()
    const endpoint = await anEndpoint()
    await everythingSetUp(simulator, endpoint, { version })
    await simulator.rawSes('/v2/email/outbound-emails', anEmail())
    await until(() => endpoint.notifications().length === 3)
    const validator = new Validator()
    const [confirmation] = endpoint.posts
    const certificateUrl = confirmation?.body.SigningCertURL ?? ''
    expect(certificateUrl).toMatch(
      /^https:\/\/sns\.eu-west-1\.amazonaws\.com\/SimpleNotificationService-[0-9a-f]{32}\.pem$/,
    )
    const fetched = certificatesFrom(simulator.url)

    expect(confirmation?.body).toMatchObject({
      Type: 'SubscriptionConfirmation',
      SignatureVersion: '1',
    })
    for (const { body, text } of endpoint.posts) {
      await expect(validator.validate(text)).resolves.toMatchObject({ MessageId: body.MessageId })
      const altered = JSON.stringify({ ...body, Message: `${body.Message} ` })
      await expect(validator.validate(altered)).rejects.toThrow('Invalid Signature')
    }
    expect(fetched).toHaveBeenCalledOnce()
    expect(endpoint.notifications().map(({ body }) => body.SignatureVersion)).toEqual(
      Array(3).fill(version),
    )
  },
)

const CONFIRMATION_KEYS =
  'Type MessageId Token TopicArn Message SubscribeURL Timestamp SignatureVersion Signature SigningCertURL'.split(
    ' ',
  )
const NOTIFICATION_KEYS =
  'Type MessageId TopicArn Subject Message Timestamp SignatureVersion Signature SigningCertURL UnsubscribeURL'.split(
    ' ',
  )

test('requests of SNS carry its headers, and bodies its keys in its order', async () => {
  const simulator = await aSimulator()
  const endpoint = await anEndpoint()
  await everythingSetUp(simulator, endpoint)
  await simulator.rawSes('/v2/email/outbound-emails', anEmail())
  await until(() => endpoint.events().length === 2)
  const [asked] = endpoint.posts
  const event = endpoint.posts.find(({ body }) => body.Subject !== undefined)
  expect(asked?.headers).toMatchObject({
    'x-amz-sns-message-type': 'SubscriptionConfirmation',
    'x-amz-sns-message-id': asked?.body.MessageId,
    'x-amz-sns-topic-arn': asked?.body.TopicArn,
    'content-type': 'text/plain; charset=UTF-8',
    'user-agent': 'Amazon Simple Notification Service Agent',
  })
  expect(asked?.headers).not.toHaveProperty('x-amz-sns-subscription-arn')
  expect(asked?.body.Token).toMatch(/^[0-9a-f]{256}$/)
  expect(Object.keys(JSON.parse(asked?.text ?? '{}'))).toEqual(CONFIRMATION_KEYS)
  expect(event?.headers['x-amz-sns-subscription-arn']).toMatch(/:aerogram:[0-9a-f-]{36}$/)
  expect(event?.headers).not.toHaveProperty('x-amz-sns-rawdelivery')
  expect(Object.keys(JSON.parse(event?.text ?? '{}'))).toEqual(NOTIFICATION_KEYS)
  expect(event?.body.MessageId).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
  )
})

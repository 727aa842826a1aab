import { GetAccountCommand, SendBulkEmailCommand, SendEmailCommand } from '@aws-sdk/client-sesv2'
import { expect, test } from 'vitest'
import { anEndpoint } from './endpoint.ts'
import { aBulk } from './requests.ts'
import { aSimulator, everythingSetUp } from './running.ts'
import { until } from './until.ts'

test("AWS's own client sends an email, and SNS tells of Send and Delivery", async () => {
  const simulator = await aSimulator()
  const endpoint = await anEndpoint()
  const { confirmed, xml } = await everythingSetUp(simulator, endpoint)
  expect(confirmed).toBe(200)
  expect(xml).toMatch(
    /^<ConfirmSubscriptionResponse xmlns="http:\/\/sns\.amazonaws\.com\/doc\/2010-03-31\/"><ConfirmSubscriptionResult><SubscriptionArn>arn:aws:sns:eu-west-1:000000000000:aerogram:[0-9a-f-]{36}<\/SubscriptionArn>/,
  )
  const { MessageId } = await simulator.ses.send(
    new SendEmailCommand({
      FromEmailAddress: 'Aerogram <hello@example.com>',
      Destination: { ToAddresses: ['Ada <ada@example.com>'] },
      ReplyToAddresses: ['reply@example.com'],
      Content: {
        Simple: {
          Subject: { Data: 'Grüße' },
          Body: { Html: { Data: '<p>Hello</p>' } },
          Headers: [{ Name: 'List-Unsubscribe', Value: '<https://example.com/u>' }],
          Attachments: [{ FileName: 'a.txt', RawContent: new TextEncoder().encode('hello') }],
        },
      },
      EmailTags: [{ Name: 'aerogram_attempt', Value: 'attempt_1' }],
      ConfigurationSetName: 'main',
    }),
  )
  expect(MessageId).toMatch(/^0102[0-9a-f]{12}-[0-9a-f-]{36}-000000$/)
  await until(() => endpoint.events().length === 2)

  const [sent] = endpoint.events('Send')
  expect(sent).toMatchObject({
    send: {},
    mail: {
      messageId: MessageId,
      source: 'Aerogram <hello@example.com>',
      destination: ['ada@example.com'],
      commonHeaders: { to: ['Ada <ada@example.com>'], subject: 'Grüße' },
      tags: {
        aerogram_attempt: ['attempt_1'],
        'ses:operation': ['SendEmail'],
        'ses:configuration-set': ['main'],
        'ses:from-domain': ['example.com'],
      },
    },
  })
  expect(endpoint.events('Delivery')[0]).toMatchObject({
    delivery: { recipients: ['ada@example.com'], smtpResponse: '250 2.6.0 Message received' },
  })
  expect(endpoint.notifications().map(({ body }) => body.Message)[0]).toBe(
    'Successfully validated SNS topic for Amazon SES event publishing.',
  )
  const { accepted, events } = await simulator.ledger()
  expect(accepted).toEqual([
    {
      sesMessageId: MessageId,
      attemptId: 'attempt_1',
      to: ['ada@example.com'],
      subject: 'Grüße',
      at: expect.any(Number),
    },
  ])
  expect(events.map(({ deliveries }) => deliveries.map(({ status }) => status))).toEqual([
    [200],
    [200],
  ])
})

test('a bulk call fills its template for each entry and answers in their order', async () => {
  const simulator = await aSimulator()
  const endpoint = await anEndpoint()
  await everythingSetUp(simulator, endpoint)
  const { BulkEmailEntryResults } = await simulator.ses.send(new SendBulkEmailCommand(aBulk(50)))
  expect(BulkEmailEntryResults?.map(({ Status }) => Status)).toEqual(Array(50).fill('SUCCESS'))
  await until(() => endpoint.events('Delivery').length === 50)
  const { accepted, calls } = await simulator.ledger()
  expect(accepted.map(({ subject }) => subject)).toEqual(
    Array.from({ length: 50 }, (_, at) => `Hi Reader ${at}`),
  )
  expect(accepted.map(({ sesMessageId }) => sesMessageId)).toEqual(
    BulkEmailEntryResults?.map(({ MessageId }) => MessageId),
  )
  const call = calls.find(({ operation }) => operation === 'SendBulkEmail')
  expect(call).toMatchObject({ answered: 200 })
  expect(call?.attempts).toEqual(Array.from({ length: 50 }, (_, at) => `a${at}`))
})

test('GetAccount tells the limits and what was sent', async () => {
  const simulator = await aSimulator()
  await simulator.control('account', { maxSendRate: 14, max24HourSend: 200, sentLast24Hours: 12 })
  const account = await simulator.ses.send(new GetAccountCommand({}))
  expect(account.SendQuota).toEqual({ MaxSendRate: 14, Max24HourSend: 200, SentLast24Hours: 12 })
  expect(account).toMatchObject({ SendingEnabled: true, EnforcementStatus: 'HEALTHY' })
})

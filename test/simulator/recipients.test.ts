import { expect, test } from 'vitest'
import { anEndpoint } from './endpoint.ts'
import { aBulk, anEmail } from './requests.ts'
import { aSimulator, everythingSetUp } from './running.ts'
import { until } from './until.ts'

const SEND = '/v2/email/outbound-emails'

async function ready() {
  const simulator = await aSimulator()
  const endpoint = await anEndpoint()
  await everythingSetUp(simulator, endpoint)
  return { ...simulator, endpoint }
}

const MAILBOXES: [string, string[], object][] = [
  ['success+a@simulator.amazonses.com', ['Delivery', 'Send'], {}],
  ['ada@example.com', ['Delivery', 'Send'], {}],
  [
    'bounce+b@simulator.amazonses.com',
    ['Bounce', 'Send'],
    {
      bounce: {
        bounceType: 'Permanent',
        bounceSubType: 'General',
        bouncedRecipients: [
          { action: 'failed', status: '5.1.1', diagnosticCode: 'smtp; 550 5.1.1 user unknown' },
        ],
      },
    },
  ],
  [
    'ooto@simulator.amazonses.com',
    ['Bounce', 'Delivery', 'Send'],
    { bounce: { bounceType: 'Transient', bounceSubType: 'General' } },
  ],
  [
    'suppressionlist@simulator.amazonses.com',
    ['Bounce', 'Send'],
    { bounce: { bounceType: 'Permanent', bounceSubType: 'Suppressed' } },
  ],
  [
    'complaint@simulator.amazonses.com',
    ['Complaint', 'Delivery', 'Send'],
    { complaint: { complaintFeedbackType: 'abuse', complaintSubType: null } },
  ],
]
test.for(MAILBOXES)('mail to %s ends as %o', async ([address, types, detail]) => {
  const { rawSes, endpoint } = await ready()
  await rawSes(SEND, anEmail({ Destination: { ToAddresses: [address] } }))
  await until(() => endpoint.events().length === types.length)
  expect(
    endpoint
      .events()
      .map(({ eventType }) => eventType)
      .toSorted(),
  ).toEqual(types)
  const last = endpoint.events(types[0])
  expect(last[0]).toMatchObject(detail)
})

test('one email to many: a bounce for each, deliveries of one domain together', async () => {
  const { rawSes, endpoint } = await ready()
  await rawSes(
    SEND,
    anEmail({
      Destination: {
        ToAddresses: ['a@example.com', 'bounce+1@simulator.amazonses.com'],
        CcAddresses: ['b@example.com'],
        BccAddresses: ['c@example.org', 'bounce+2@simulator.amazonses.com'],
      },
    }),
  )
  await until(() => endpoint.events().length === 5)
  expect(endpoint.events('Bounce')).toHaveLength(2)
  expect(endpoint.events('Delivery').map(({ delivery }) => delivery)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ recipients: ['a@example.com', 'b@example.com'] }),
      expect.objectContaining({ recipients: ['c@example.org'] }),
    ]),
  )
  expect(endpoint.events('Send')).toMatchObject([
    { mail: { destination: { length: 5 }, commonHeaders: { cc: ['b@example.com'] } } },
  ])
})

test('a suppressed address is accepted, then bounces as on the account list, until it is taken off', async () => {
  const { rawSes, endpoint } = await ready()
  const list = '/v2/email/suppression/addresses'
  const to = { Destination: { ToAddresses: ['Ada@Example.com'] } }
  await rawSes(list, { EmailAddress: 'Ada@EXAMPLE.com', Reason: 'COMPLAINT' }, 'PUT')
  expect(await rawSes(SEND, anEmail(to))).toMatchObject({ status: 200 })
  await until(() => endpoint.events().length === 2)
  expect(endpoint.events('Bounce')).toMatchObject([
    { bounce: { bounceSubType: 'OnAccountSuppressionList', reportingMTA: 'dns; amazonses.com' } },
  ])
  const found = await rawSes(`${list}/Ada%40example.com`, '', 'GET')
  expect(JSON.parse(found.text)).toEqual({
    SuppressedDestination: {
      EmailAddress: 'Ada@example.com',
      Reason: 'COMPLAINT',
      LastUpdateTime: expect.any(Number),
      Attributes: {},
    },
  })
  const listed = await rawSes(`${list}?Reason=COMPLAINT`, '', 'GET')
  expect(JSON.parse(listed.text).SuppressedDestinationSummaries).toHaveLength(1)
  expect(await rawSes(`${list}/Ada%40example.com`, '', 'DELETE')).toMatchObject({ status: 200 })
  expect(await rawSes(`${list}/Ada%40example.com`, '', 'GET')).toMatchObject({
    status: 404,
    type: 'NotFoundException',
    text: '{"message":"Email address Ada@example.com does not exist on your suppression list."}',
  })
  await rawSes(SEND, anEmail(to))
  await until(() => endpoint.events('Delivery').length === 1)
})

test('an infected attachment is accepted, then rejected', async () => {
  const { rawSes, endpoint } = await ready()
  const virus = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join(
    '',
  )
  const Attachments = [{ FileName: 'a.txt', RawContent: btoa(virus) }]
  const Body = { Text: { Data: 'x' } }
  const content = { Content: { Simple: { Subject: { Data: 's' }, Body, Attachments } } }
  expect(await rawSes(SEND, anEmail(content))).toMatchObject({ status: 200 })
  await until(() => endpoint.events().length === 1)
  expect(endpoint.events('Reject')).toMatchObject([{ reject: { reason: 'Bad content' } }])
})

test('a raw message goes to the envelope given, with the tags of its headers', async () => {
  const { rawSes, endpoint, control } = await ready()
  const mime = [
    'From: Raw <raw@example.com>',
    'To: shown@example.com',
    'Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=',
    'X-SES-CONFIGURATION-SET: main',
    'X-SES-MESSAGE-TAGS: aerogram_attempt=raw_1, kind=test',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'Hello',
  ].join('\r\n')
  const request = { Content: { Raw: { Data: btoa(mime) } } }
  expect(await rawSes(SEND, request)).toMatchObject({ status: 200 })
  await until(() => endpoint.events('Delivery').length === 1)
  expect(endpoint.events('Delivery')[0]).toMatchObject({
    mail: { headers: [], tags: { aerogram_attempt: ['raw_1'], kind: ['test'] } },
  })
  const { json } = await control('inbox.json?to=shown@example.com')
  expect(json).toMatchObject({
    emails: [{ subject: 'Grüße', from: 'Raw <raw@example.com>', attemptId: 'raw_1', html: null }],
  })
  const nobody = { Content: { Raw: { Data: btoa('Subject: x\r\n\r\nx') } } }
  expect(await rawSes(SEND, nobody)).toMatchObject({
    status: 400,
    text: `{"message":"Missing required header 'From'."}`,
  })
})

test('an entry of a bulk call replaces headers by name and keeps the rest', async () => {
  const { rawSes, control } = await ready()
  const bulk = aBulk(1)
  Object.assign(bulk.DefaultContent.Template, {
    Headers: [
      { Name: 'List-Unsubscribe', Value: '<https://example.com/all>' },
      { Name: 'X-Kind', Value: 'news' },
    ],
  })
  Object.assign(bulk.BulkEmailEntries[0] ?? {}, {
    ReplacementHeaders: [{ Name: 'List-Unsubscribe', Value: '<https://example.com/r0>' }],
  })
  await rawSes('/v2/email/outbound-bulk-emails', bulk)
  await until(async () => JSON.stringify((await control('inbox.json')).json).includes('X-Kind'))
  expect((await control('inbox.json')).json).toMatchObject({
    emails: [
      {
        headers: [
          { name: 'X-Kind', value: 'news' },
          { name: 'List-Unsubscribe', value: '<https://example.com/r0>' },
        ],
      },
    ],
  })
})

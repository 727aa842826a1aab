import { expect, test } from 'vitest'
import { anEventsDoor, type EventsDoor } from '../support/an-events-door.ts'
import { SES_EVENTS } from '../support/ses-events.ts'
import { aConfirmation, aNotification, aSigner, type Fields, TOPIC } from '../support/sns-signer.ts'

const HOUR = 3_600_000
const ATTACKERS = 'arn:aws:sns:eu-west-1:999999999999:attacker'
const ago = (ms: number) => ({ Timestamp: new Date(Date.now() - ms).toISOString() })

type Attack = (door: EventsDoor) => Promise<[Fields | BodyInit, Record<string, string>?]>

function signed(
  overrides: Fields,
  unsigned: Fields = {},
  headers: Record<string, string> = {},
): Attack {
  return async ({ signer }) => [
    { ...(await signer.sign(aNotification(SES_EVENTS.Complaint, overrides))), ...unsigned },
    headers,
  ]
}

const bucket =
  'https://sns.s3-us-west-2.amazonaws.com/SimpleNotificationService-7506a1e35b36ef5a444dd1a8e7cc3ed8.pem'

const attacks: [string, number, Attack][] = [
  ['signed for the topic of somebody else', 403, signed({ TopicArn: ATTACKERS })],
  ['of a day and an hour ago', 403, signed(ago(25 * HOUR))],
  ['of the day after tomorrow', 403, signed(ago(-48 * HOUR))],
  ['with a certificate from a bucket', 403, signed({}, { SigningCertURL: bucket })],
  ['with an unknown Type', 403, signed({ Type: 'Notification\nType\nNotification' })],
  ['called version 1', 403, signed({}, { SignatureVersion: '1' })],
  ['with no signature', 400, signed({}, { Signature: undefined })],
  ['with a number for a text', 400, signed({}, { MessageId: 7 })],
  ['with a list for a text', 400, signed({}, { TopicArn: [TOPIC] })],
  [
    'under a header of another type',
    403,
    signed({}, {}, { 'x-amz-sns-message-type': 'SubscriptionConfirmation' }),
  ],
  ['delivered raw', 403, async () => [SES_EVENTS.Complaint, { 'x-amz-sns-rawdelivery': 'true' }]],
  ["SES's own text without an envelope", 400, async () => [SES_EVENTS.Complaint]],
  ['of no JSON', 400, async () => ['{"Type":']],
  ['of nothing', 400, async () => ['']],
  ['of no UTF-8', 400, async () => [new Uint8Array([0x7b, 0xff, 0x7d])]],
  ['of half a megabyte and more', 413, async () => ['x'.repeat(512 * 1024 + 1)]],
  ['of half a megabyte and more, of no stated length', 413, async () => [endless()]],
  ['nested without end', 400, async () => ['['.repeat(200_000)]],
  [
    'to confirm the topic of somebody else',
    403,
    async ({ signer }) => [await signer.sign(aConfirmation({ TopicArn: ATTACKERS }))],
  ],
  [
    'to confirm with another request in its token',
    403,
    async ({ signer }) => [
      await signer.sign(aConfirmation({ Token: `${'a'.repeat(64)}&Action=Publish` })),
    ],
  ],
]

test.each(attacks)(
  'a message %s: %i, nothing changed, nothing fetched',
  async (_, status, attack) => {
    const door = await anEventsDoor()
    const [body, headers] = await attack(door)
    const response = await door.post(body, headers)
    expect(response.status).toBe(status)
    expect(await response.json()).toEqual({ error: expect.any(String) })
    expect(door.network.requests).toEqual([])
    expect(door.jobs).toEqual([])
    expect(await door.topics()).toEqual([])
  },
)

const forgeries: [string, Attack][] = [
  [
    'signed for another topic, ours written over it',
    signed({ TopicArn: ATTACKERS }, { TopicArn: TOPIC }),
  ],
  ['that is old, under a fresh time', signed(ago(25 * HOUR), ago(0))],
  ['with another Message', signed({}, { Message: '{"eventType":"Send"}' })],
  ['with another Subject', signed({}, { Subject: 'x' })],
  ['with its Subject taken away', signed({}, { Subject: undefined })],
  ['with another id', signed({}, { MessageId: crypto.randomUUID() })],
  ['with a later time', signed(ago(HOUR), ago(0))],
  ['that was a notification', signed({}, { ...aConfirmation(), MessageId: crypto.randomUUID() })],
  [
    'signed by somebody else',
    async ({ signer }) => {
      const other = await aSigner()
      const fields = await other.sign(aNotification(SES_EVENTS.Complaint))
      return [{ ...fields, SigningCertURL: signer.certificateUrl }]
    },
  ],
]

test.each(forgeries)(
  'a message %s: 403, nothing changed, nothing fetched but the certificate before',
  async (_, attack) => {
    const door = await anEventsDoor()
    const [body, headers] = await attack(door)
    expect((await door.post(body, headers)).status).toBe(403)
    expect(door.network.requests).toEqual([door.signer.certificateUrl])
    expect(door.jobs).toEqual([])
    expect(await door.topics()).toEqual([])
  },
)

test('when the certificate cannot be had, nothing is refused for good', async () => {
  const door = await anEventsDoor()
  door.network.answers.set(door.signer.certificateUrl, () => new Response('', { status: 500 }))
  const fields = await door.signer.sign(aNotification(SES_EVENTS.Complaint))
  expect((await door.post(fields)).status).toBe(503)
  expect(door.jobs).toEqual([])
})

test.each(['GET', 'PUT', 'DELETE', 'PATCH', 'HEAD'])('SNS never asks by %s', async (method) => {
  const door = await anEventsDoor()
  const response = await door.fetch('/sns', { method })
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
})

test('a body that breaks off is to be sent again', async () => {
  const door = await anEventsDoor()
  const broken = new ReadableStream({ pull: (stream) => stream.error(new Error('cut')) })
  expect((await door.post(broken)).status).toBe(503)
})

function endless(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull: (stream) => stream.enqueue(new Uint8Array(64 * 1024).fill(0x20)),
  })
}

import { beforeAll, expect, test } from 'vitest'
import { aConfirmation, aNotification, type Fields, TOPIC } from '../support/sns-signer.ts'
import { anSnsWorld, type SnsWorld } from '../support/sns-world.ts'

const HOUR = 3_600_000
const ATTACKERS = 'arn:aws:sns:eu-west-1:999999999999:attacker'

let world: SnsWorld
beforeAll(async () => {
  world = await anSnsWorld()
})

test('a notification that SNS signed for our topic is genuine, whatever its text', async () => {
  const texts = [
    '{"eventType":"Send"}\n',
    '',
    'ünïcödé ✓',
    'MessageId\nx\nType\nNotification',
    '\u0000\u2028',
  ]
  for (const text of texts) {
    const fields = await world.signer.sign(aNotification(text))
    expect(await world.judge(fields)).toMatchObject({
      type: 'genuine',
      envelope: { Message: text },
    })
  }
})

test('a subject may be missing, null or there', async () => {
  for (const Subject of [undefined, null, 'Amazon SES Email Event Notification']) {
    const fields = await world.signer.sign(aNotification('x', { Subject }))
    expect(await world.judge(fields)).toMatchObject({ type: 'genuine' })
  }
})

test('confirmations are genuine in both versions, with either header or none', async () => {
  for (const Type of ['SubscriptionConfirmation', 'UnsubscribeConfirmation']) {
    for (const version of ['1', '2'] as const) {
      const fields = await world.signer.sign(aConfirmation({ Type }), version)
      expect(await world.judge(fields)).toMatchObject({ type: 'genuine', envelope: { Type } })
      expect(await world.judge(fields, { 'x-amz-sns-message-type': Type })).toMatchObject({
        type: 'genuine',
      })
    }
  }
})

test('once a subscription is confirmed, version 1 counts for nothing', async () => {
  const confirmed = await anSnsWorld()
  confirmed.confirmed.add(TOPIC)
  const first = await confirmed.signer.sign(aConfirmation(), '1')
  expect(await confirmed.judge(first)).toEqual({ type: 'refused', reason: 'signature version 1' })
  expect(confirmed.network.requests).toEqual([])
  const second = await confirmed.signer.sign(aConfirmation(), '2')
  expect(await confirmed.judge(second)).toMatchObject({ type: 'genuine' })
})

test('the certificate is fetched once, then known', async () => {
  const fresh = await anSnsWorld()
  for (let i = 0; i < 5; i++) {
    await fresh.judge(await fresh.signer.sign(aNotification('x')))
  }
  expect(fresh.network.requests).toEqual([fresh.signer.certificateUrl])
})

const uuid = '165545c9-2a5c-472c-8df2-7ff2be2b3b1b'
const cheap: [string, Fields, Record<string, string>?][] = [
  ['another topic', { TopicArn: ATTACKERS }],
  ['our topic in another region', { TopicArn: TOPIC.replace('eu-west-1', 'us-east-1') }],
  ['our topic and more', { TopicArn: `${TOPIC} ` }],
  ['our topic in capitals', { TopicArn: TOPIC.toUpperCase() }],
  ['a type of nobody', { Type: 'Nonsense' }],
  ['a type in lower case', { Type: 'notification' }],
  ['a type with a line break', { Type: 'Notification\n' }],
  ['a type of every object', { Type: '__proto__' }],
  ['an id that is none', { MessageId: 'x' }],
  ['an id with a line break', { MessageId: `${uuid}\n` }],
  ['an id in capitals', { MessageId: uuid.toUpperCase() }],
  ['a time that is none', { Timestamp: 'yesterday' }],
  ['a time with a line break', { Timestamp: '2026-11-24T10:00:00.000Z\n' }],
  ['a time that no clock shows', { Timestamp: '2026-13-24T10:00:00.000Z' }],
  ['a time as mail writes it', { Timestamp: new Date().toUTCString() }],
  ['a time with a remark', { Timestamp: `${new Date().toUTCString()} (\nTopicArn\nx)` }],
  ['a time in another zone', { Timestamp: new Date().toISOString().replace('Z', '+00:00') }],
  ['a fresh time with a line break', { Timestamp: `${new Date().toISOString()}\n` }],
  ['a time of 25 hours ago', { Timestamp: new Date(Date.now() - 25 * HOUR).toISOString() }],
  ['a time in two hours', { Timestamp: new Date(Date.now() + 2 * HOUR).toISOString() }],
]

test.each(cheap)('%s: refused before anything is fetched', async (_, overrides) => {
  const fresh = await anSnsWorld()
  const fields = await fresh.signer.sign(aNotification('x', overrides))
  expect(await fresh.judge(fields)).toMatchObject({ type: 'refused' })
  expect(fresh.network.requests).toEqual([])
})

const unsignedTricks: [string, Fields, Record<string, string>?][] = [
  ['version 1', { SignatureVersion: '1' }],
  ['version 3', { SignatureVersion: '3' }],
  ['no version', { SignatureVersion: '' }],
  ['version "2 "', { SignatureVersion: '2 ' }],
  ['an empty signature', { Signature: '' }],
  ['a signature that is no base64', { Signature: '!!!!' }],
  ['a signature with a line break', { Signature: 'AAAA\n' }],
  ['a signature in base64url', { Signature: '-_-_' }],
  ['a signature with spare bits', { Signature: 'AB==' }],
  ['a signature of two kilobytes', { Signature: 'AAAA'.repeat(500) }],
  [
    'a certificate of a bucket called sns',
    {
      SigningCertURL:
        'https://sns.s3-us-west-2.amazonaws.com/SimpleNotificationService-7506a1e35b36ef5a444dd1a8e7cc3ed8.pem',
    },
  ],
  ['raw delivery', {}, { 'x-amz-sns-rawdelivery': 'true' }],
  ['a header of another type', {}, { 'x-amz-sns-message-type': 'SubscriptionConfirmation' }],
  ['an empty header', {}, { 'x-amz-sns-message-type': '' }],
]

test.each(unsignedTricks)(
  '%s: refused before anything is fetched',
  async (_, overrides, headers) => {
    const fresh = await anSnsWorld()
    const fields = { ...(await fresh.signer.sign(aNotification('x'))), ...overrides }
    expect(await fresh.judge(fields, headers)).toMatchObject({ type: 'refused' })
    expect(fresh.network.requests).toEqual([])
  },
)

test('a notification that was really signed with version 1 is refused', async () => {
  const fields = await world.signer.sign(aNotification('x'), '1')
  expect(await world.judge(fields)).toMatchObject({ type: 'refused' })
})

test.each([
  ['a token of 63 characters', { Token: 'a'.repeat(63) }],
  ['a token of 513 characters', { Token: 'a'.repeat(513) }],
  ['a token with a line break', { Token: `${'a'.repeat(64)}\n` }],
  ['a token that adds to the address', { Token: `${'a'.repeat(64)}&Action=DeleteTopic` }],
  [
    'an address with a line break',
    { SubscribeURL: 'https://sns.eu-west-1.amazonaws.com/\nTimestamp' },
  ],
  ['an address without encryption', { SubscribeURL: 'http://sns.eu-west-1.amazonaws.com/' }],
])('a confirmation with %s: refused before anything is fetched', async (_, overrides) => {
  const fresh = await anSnsWorld()
  const fields = await fresh.signer.sign(aConfirmation(overrides))
  expect(await fresh.judge(fields)).toMatchObject({ type: 'refused' })
  expect(fresh.network.requests).toEqual([])
})

test.each([
  '',
  '{',
  'null',
  '[]',
  '"x"',
  '17',
  '{}',
  '[{"Type":"Notification"}]',
  'Type=Notification',
])('the body %s is malformed', async (body) => {
  expect(await world.verify(body, new Headers())).toMatchObject({ type: 'malformed' })
})

const NAMES = [
  'Type',
  'MessageId',
  'TopicArn',
  'Message',
  'Timestamp',
  'SignatureVersion',
  'Signature',
  'SigningCertURL',
]

test.each(NAMES)('%s that is missing or not a text is malformed', async (name) => {
  const genuine = await world.signer.sign(aNotification('x'))
  for (const value of [undefined, null, 2, true, ['x'], { x: 1 }]) {
    expect(await world.judge({ ...genuine, [name]: value })).toMatchObject({ type: 'malformed' })
  }
})

import { beforeAll, expect, test } from 'vitest'
import { confirmSubscription } from '../../src/aws/sns-confirm.ts'
import { fetchSns } from '../../src/aws/sns-fetch.ts'
import { snsRegion } from '../../src/aws/sns-region.ts'
import { aNetwork } from '../support/sns-network.ts'
import { aConfirmation, aNotification, type Fields, TOKEN, TOPIC } from '../support/sns-signer.ts'
import { anSnsWorld, type SnsWorld } from '../support/sns-world.ts'

const HOUR = 3_600_000
const UUID = '165545c9-2a5c-472c-8df2-7ff2be2b3b1b'
const NOW_TEXT = new Date().toISOString()
const at = (ms: number) => ({ Timestamp: new Date(ms).toISOString() })

let world: SnsWorld
beforeAll(async () => {
  world = await anSnsWorld()
})

async function told(
  fields: Fields,
  over: Fields = {},
  headers?: Record<string, string>,
): Promise<unknown> {
  const signed = await world.signer.sign(fields)
  const verdict = await world.judge({ ...signed, ...over }, headers)
  return 'reason' in verdict ? verdict.reason : verdict.type
}

const NOTIFICATIONS: [string, Fields, Fields?, Record<string, string>?][] = [
  ['raw delivery is not signed', {}, {}, { 'x-amz-sns-rawdelivery': 'true' }],
  ['not our topic', { TopicArn: `${TOPIC}x` }],
  ['unknown Type', { Type: 'Nonsense' }],
  ['header and Type differ', {}, {}, { 'x-amz-sns-message-type': 'notification' }],
  ['signature version not accepted', {}, { SignatureVersion: '1' }],
  ['SigningCertURL is not of SNS', {}, { SigningCertURL: 'https://evil.example/x.pem' }],
  ['too old', at(Date.now() - 25 * HOUR)],
  ['from the future', at(Date.now() + 2 * HOUR)],
  ['wrong signature', {}, { Message: 'x' }],
  ['MessageId is missing or not a text', {}, { MessageId: 5 }],
  ['MessageId is not a UUID', { MessageId: `x${UUID}` }],
  ['MessageId is not a UUID', { MessageId: `${UUID}x` }],
  ['Timestamp is not a time', { Timestamp: `x${NOW_TEXT}` }],
  ['Timestamp is not a time', { Timestamp: `${NOW_TEXT}x` }],
  ['Timestamp is not a time', { Timestamp: '2026-13-24T10:00:00.000Z' }],
  ['Signature is not base64', {}, { Signature: '' }],
  ['Signature is not base64', {}, { Signature: 'AAAA'.repeat(257) }],
  ['wrong signature', {}, { Signature: 'AAAA'.repeat(256) }],
  ['Subject is not one line', { Subject: 'a\nb' }],
  ['Subject is not one line', { Subject: 'a\rb' }],
  ['half of a surrogate pair', { Subject: '\ufffd' }, { Subject: '\ud800' }],
  ['half of a surrogate pair', { Message: '\ufffd' }, { Message: '\ud800' }],
  ['genuine', { Subject: '\ud83d\ude00' }],
]

test.each(NOTIFICATIONS)('a notification is told: %s', async (reason, fields, over, headers) => {
  expect(await told(aNotification('text', fields), over, headers)).toBe(reason)
})

const CONFIRMATIONS: [string, Fields, Fields?][] = [
  ['Token is not one of SNS', { Token: 'x'.repeat(64) }],
  ['SubscribeURL is not an address', { SubscribeURL: 'xhttps://sns.eu-west-1.amazonaws.com/' }],
  ['SubscribeURL is not an address', { SubscribeURL: 'https://' }],
  ['SubscribeURL is missing or not a text', {}, { SubscribeURL: 1 }],
  ['genuine', {}],
]

test.each(CONFIRMATIONS)('a confirmation is told: %s', async (reason, fields, over) => {
  expect(await told(aConfirmation(fields), over)).toBe(reason)
})

test('no message at all is told so', async () => {
  expect(await world.verify('{', new Headers())).toEqual({
    type: 'malformed',
    reason: 'not a message of SNS',
  })
})

test('a message is of the time of its certificate to its last moment, and no later', async () => {
  const [from, to] = [Date.now() - HOUR, Date.now() + HOUR].map((ms) => ms - (ms % 1000))
  const bounded = await anSnsWorld({ from: from ?? 0, to: to ?? 0 })
  const judged = async (ms: number, now: number) => {
    bounded.clock.now = now
    return await bounded.judge(await bounded.signer.sign(aNotification('x', at(ms))))
  }
  expect(await judged(from ?? 0, from ?? 0)).toMatchObject({ type: 'genuine' })
  expect(await judged(to ?? 0, to ?? 0)).toMatchObject({ type: 'genuine' })
  expect(await judged((from ?? 0) - 1, Date.now())).toMatchObject({ type: 'refused' })
  expect(await judged((to ?? 0) + 1, to ?? 0)).toMatchObject({ type: 'refused' })
  expect(await judged(Date.now(), (to ?? 0) + 1)).toMatchObject({ type: 'unclear' })
  expect(await judged(from ?? 0, (from ?? 0) - 1)).toMatchObject({ type: 'unclear' })
})

test('a message may be a day old and an hour ahead, to the millisecond', async () => {
  const old = await anSnsWorld({ from: Date.now() - 48 * HOUR })
  const judged = async (age: number) => {
    const { Timestamp } = at(old.clock.now - age)
    return (await old.judge(await old.signer.sign(aNotification('x', { Timestamp })))).type
  }
  expect(await Promise.all([24 * HOUR, 24 * HOUR + 1, -HOUR, -HOUR - 1].map(judged))).toEqual([
    'genuine',
    'refused',
    'genuine',
    'refused',
  ])
})

test('what waited in a dead-letter queue may be fifteen days old and outlive its certificate', async () => {
  const signedAt = Date.now() - HOUR
  const waited = await anSnsWorld({ from: signedAt - HOUR, to: signedAt + HOUR })
  const body = JSON.stringify(await waited.signer.sign(aNotification('x', at(signedAt))))
  const judged = async (age: number, way?: 'dead-letter queue') => {
    waited.clock.now = signedAt + age
    return (await waited.verify(body, new Headers(), way)).type
  }
  expect(await judged(15 * 24 * HOUR, 'dead-letter queue')).toBe('genuine')
  expect(await judged(15 * 24 * HOUR + 1, 'dead-letter queue')).toBe('refused')
  expect(await judged(2 * HOUR)).toBe('unclear')
})

const DEFAULT_REGIONS = `us-east-1 us-east-2 us-west-1 us-west-2 ap-northeast-1 ap-northeast-2 ap-northeast-3
  ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1 eu-central-1 eu-north-1 eu-west-1 eu-west-2 eu-west-3
  sa-east-1`

test.each(DEFAULT_REGIONS.split(/\s+/))(
  '%s signs with the certificate of all accounts',
  (region) => {
    expect(snsRegion(`arn:aws:sns:${region}:123456789012:t`).certificateName).toBe(
      'sns.amazonaws.com',
    )
  },
)

test('what stands before an ARN makes none of it', () => {
  expect(() => snsRegion(`x${TOPIC}`)).toThrow('is not the ARN')
})

test.each([
  ['SNS answered 404', () => new Response('no', { status: 404 })],
  ['SNS answered 302', () => new Response(null, { status: 302 })],
  ['SNS answered nonsense', () => new Response(new Uint8Array([0xff]))],
  ['SNS answered nonsense', () => new Response('x'.repeat(20 * 1024 + 1))],
  ['SNS did not answer: TypeError', () => Promise.reject(new TypeError('away'))],
  ['SNS did not answer: unknown', () => Promise.reject('away')],
])('an answer that is none is told: %s', async (reason, answer) => {
  const network = aNetwork()
  network.answers.set('/', answer)
  const sns = { fetch: network.fetch, endpoint: undefined }
  expect(await fetchSns('https://sns.eu-west-1.amazonaws.com/', sns)).toEqual({
    type: 'none',
    reason,
  })
  expect(await confirmSubscription(TOPIC, TOKEN, sns)).toEqual({ type: 'failed', reason })
})

test('an answer of 20 KB is one', async () => {
  const network = aNetwork()
  network.answers.set('/', () => new Response('x'.repeat(20 * 1024)))
  const sns = { fetch: network.fetch, endpoint: undefined }
  expect(await fetchSns('https://sns.eu-west-1.amazonaws.com/', sns)).toMatchObject({
    type: 'answer',
  })
  expect(await confirmSubscription(TOPIC, TOKEN, sns)).toEqual({
    type: 'failed',
    reason: 'SNS named no subscription to the topic',
  })
})

test('what stands between a topic and the id of a subscription makes none of it', async () => {
  const network = aNetwork()
  const arn = `${TOPIC}x:${UUID}`
  network.answers.set('/', () => new Response(`<SubscriptionArn>${arn}</SubscriptionArn>`))
  const sns = { fetch: network.fetch, endpoint: undefined }
  expect(await confirmSubscription(TOPIC, TOKEN, sns)).toMatchObject({ type: 'failed' })
})

function moved(n: number): string {
  return `https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-${String(n).padStart(32, '0')}.pem`
}

test('a certificate is known until ten later ones are', async () => {
  const kept = await anSnsWorld()
  const first = await kept.signer.sign(aNotification('x'))
  await kept.judge(first)
  for (let n = 0; n < 9; n++) {
    kept.clock.now += 60_000
    kept.network.answers.set(moved(n), () => new Response(kept.signer.pem))
    await kept.judge({ ...first, SigningCertURL: moved(n) })
  }
  await kept.judge(first)
  expect(kept.network.requests).toHaveLength(10)
})

test('a certificate in the middle of something else is none', async () => {
  for (const around of [(pem: string) => `x${pem}`, (pem: string) => `${pem}x`]) {
    const fresh = await anSnsWorld()
    fresh.network.answers.set(
      fresh.signer.certificateUrl,
      () => new Response(around(fresh.signer.pem)),
    )
    const verdict = await fresh.judge(await fresh.signer.sign(aNotification('x')))
    expect(verdict).toEqual({ type: 'unclear', reason: 'not a certificate of SNS' })
  }
})

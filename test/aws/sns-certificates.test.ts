import { expect, test } from 'vitest'
import { aNotification, aSigner, TOPIC, type CertificateOptions } from '../support/sns-signer.ts'
import { anSnsWorld } from '../support/sns-world.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const OPT_IN_TOPIC = 'arn:aws:sns:af-south-1:123456789012:aerogram'
const OPT_IN_HOST = 'sns.af-south-1.amazonaws.com'
const OPT_IN_NAME = 'sns-signing.af-south-1.amazonaws.com'

const named: [string, CertificateOptions, string, string][] = [
  ['its common name', { commonName: 'sns.amazonaws.com' }, TOPIC, 'genuine'],
  [
    'an alternative name',
    { commonName: 'x', alternativeNames: ['y', 'sns.amazonaws.com'] },
    TOPIC,
    'genuine',
  ],
  ['only another common name', { commonName: 'evil.example' }, TOPIC, 'unclear'],
  [
    'a common name that its alternatives contradict',
    { alternativeNames: ['evil.example'] },
    TOPIC,
    'unclear',
  ],
  [
    'a name that starts like it',
    { commonName: 'sns.amazonaws.com.evil.example' },
    TOPIC,
    'unclear',
  ],
  ['a wildcard', { alternativeNames: ['*.amazonaws.com'] }, TOPIC, 'unclear'],
  [
    'a list in one name',
    { alternativeNames: ['evil.example, DNS:sns.amazonaws.com'] },
    TOPIC,
    'unclear',
  ],
  [
    'the name of an opt-in region',
    { commonName: OPT_IN_NAME, host: OPT_IN_HOST },
    OPT_IN_TOPIC,
    'genuine',
  ],
  ['the name of other regions', { host: OPT_IN_HOST }, OPT_IN_TOPIC, 'unclear'],
  ['a key too short to trust', { modulusLength: 1024 }, TOPIC, 'unclear'],
]

test.each(named)('a certificate by %s', async (_, certificate, topic, verdict) => {
  const world = await anSnsWorld(certificate, [topic])
  const fields = await world.signer.sign(aNotification('x', { TopicArn: topic }))
  expect(await world.judge(fields)).toMatchObject({ type: verdict })
})

test('a certificate that ended or has not begun is nothing to judge by', async () => {
  for (const dates of [{ to: Date.now() - MINUTE }, { from: Date.now() + MINUTE }]) {
    const world = await anSnsWorld(dates)
    const verdict = await world.judge(await world.signer.sign(aNotification('x')))
    expect(verdict).toEqual({ type: 'unclear', reason: 'certificate out of date' })
  }
})

test('a message from before its certificate was valid is refused', async () => {
  const world = await anSnsWorld({ from: Date.now() - MINUTE })
  const Timestamp = new Date(Date.now() - 60 * MINUTE).toISOString()
  const verdict = await world.judge(await world.signer.sign(aNotification('x', { Timestamp })))
  expect(verdict).toEqual({ type: 'refused', reason: 'certificate was not valid then' })
})

test.each([
  ['cannot be reached', () => Promise.reject(new TypeError('connection refused'))],
  ['answers 203', (pem: string) => new Response(pem, { status: 203 })],
  ['answers 404', (pem: string) => new Response(pem, { status: 404 })],
  ['answers 500', (pem: string) => new Response(pem, { status: 500 })],
  [
    'redirects',
    () => new Response(null, { status: 302, headers: { location: 'https://evil.example/' } }),
  ],
  ['answers a page', () => new Response('<html>')],
  ['answers nothing', () => new Response(null)],
  ['answers without end', () => new Response('x'.repeat(21 * 1024))],
  ['answers no text', () => new Response(new Uint8Array([0xff, 0xfe]))],
  [
    'answers a broken certificate',
    () => new Response('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'),
  ],
  [
    'answers half',
    () => new Response(new ReadableStream({ pull: (stream) => stream.error(new Error('cut')) })),
  ],
])('while the certificate server %s nothing is lost, and later all is well', async (_, answer) => {
  const world = await anSnsWorld()
  const fields = await world.signer.sign(aNotification('x'))
  world.network.answers.set(world.signer.certificateUrl, () => answer(world.signer.pem))
  expect(await world.judge(fields)).toMatchObject({ type: 'unclear' })
  world.network.answers.set(world.signer.certificateUrl, () => new Response(world.signer.pem))
  expect(await world.judge(fields)).toMatchObject({ type: 'genuine' })
})

test('junk addresses cause four fetches a minute at most', async () => {
  const world = await anSnsWorld()
  const genuine = await world.signer.sign(aNotification('x'))
  for (let i = 0; i < 20; i++) {
    const SigningCertURL = aJunkUrl(i)
    expect(await world.judge({ ...genuine, SigningCertURL })).toMatchObject({ type: 'unclear' })
  }
  expect(world.network.requests).toHaveLength(4)
  expect(await world.judge(genuine)).toEqual({
    type: 'unclear',
    reason: 'too many certificates to fetch',
  })
  world.clock.now += MINUTE
  expect(await world.judge(genuine)).toMatchObject({ type: 'genuine' })
})

test('junk addresses do not stop messages whose certificate is known', async () => {
  const world = await anSnsWorld()
  const genuine = await world.signer.sign(aNotification('x'))
  await world.judge(genuine)
  for (let i = 0; i < 20; i++) {
    await world.judge({ ...genuine, SigningCertURL: aJunkUrl(i) })
  }
  expect(await world.judge(genuine)).toMatchObject({ type: 'genuine' })
})

test('a burst of messages on a fresh isolate makes one fetch', async () => {
  const world = await anSnsWorld()
  const burst = await Promise.all(
    Array.from({ length: 30 }, () => world.signer.sign(aNotification('x'))),
  )
  world.network.answers.set(world.signer.certificateUrl, async () => {
    await new Promise((resolve) => setTimeout(resolve, 100))
    return new Response(world.signer.pem)
  })
  const verdicts = await Promise.all(burst.map((fields) => world.judge(fields)))
  expect(new Set(verdicts.map((verdict) => verdict.type))).toEqual(new Set(['genuine']))
  expect(world.network.requests).toHaveLength(1)
})

test('a burst whose one fetch fails is answered at once, to be tried again', async () => {
  const world = await anSnsWorld()
  const burst = await Promise.all(
    Array.from({ length: 30 }, () => world.signer.sign(aNotification('x'))),
  )
  world.network.answers.set(world.signer.certificateUrl, async () => {
    await new Promise((resolve) => setTimeout(resolve, 50))
    return new Response('no', { status: 503 })
  })
  const verdicts = await Promise.all(burst.map((fields) => world.judge(fields)))
  expect(new Set(verdicts.map((verdict) => verdict.type))).toEqual(new Set(['unclear']))
  expect(world.network.requests).toHaveLength(1)
})

test('a yearly change of certificates needs nobody', async () => {
  const world = await anSnsWorld()
  await world.judge(await world.signer.sign(aNotification('x')))
  const next = await aSigner({ to: Date.now() + 400 * DAY })
  world.network.answers.set(next.certificateUrl, () => new Response(next.pem))
  expect(await world.judge(await next.sign(aNotification('x')))).toMatchObject({ type: 'genuine' })
  expect(await world.judge(await world.signer.sign(aNotification('x')))).toMatchObject({
    type: 'genuine',
  })
})

test('only the ten latest certificates are kept', async () => {
  const world = await anSnsWorld()
  const genuine = await world.signer.sign(aNotification('x'))
  await world.judge(genuine)
  for (let i = 0; i < 10; i++) {
    world.clock.now += MINUTE
    world.network.answers.set(aJunkUrl(i), () => new Response(world.signer.pem))
    const moved = { ...genuine, SigningCertURL: aJunkUrl(i) }
    expect(await world.judge(moved)).toMatchObject({ type: 'genuine' })
  }
  world.clock.now += MINUTE
  await world.judge(genuine)
  const first = world.network.requests.filter((url) => url === world.signer.certificateUrl)
  expect(first).toHaveLength(2)
})

function aJunkUrl(i: number): string {
  const hash = i.toString(16).padStart(32, '0')
  return `https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-${hash}.pem`
}

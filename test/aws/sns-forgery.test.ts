import * as fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import {
  aConfirmation,
  aNotification,
  type Fields,
  signedText,
  TOPIC,
} from '../support/sns-signer.ts'
import { anSnsWorld, type SnsWorld } from '../support/sns-world.ts'

const ATTACKERS = 'arn:aws:sns:eu-west-1:999999999999:attacker'

let world: SnsWorld
beforeAll(async () => {
  world = await anSnsWorld()
})

test('a message that AWS signed for an attacker cannot be cut anew into one of our topic', async () => {
  const inner = aNotification('{"eventType":"Complaint"}')
  const smuggled = signedText(inner).slice('Message\n'.length)
  const theirs = await world.signer.sign(
    aNotification(smuggled.slice(0, -1), { TopicArn: ATTACKERS, Subject: undefined }),
  )
  const rest = signedText(theirs).slice(`Message\n${smuggled}`.length)
  const recut: Fields = { ...theirs, ...inner, Type: `Notification\n${rest.slice(0, -1)}` }
  // The very same signed text: a verifier that takes any Type would find the signature right.
  expect(
    ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']
      .map((name) => `${name}\n${String(recut[name])}\n`)
      .join(''),
  ).toBe(signedText(theirs))
  expect(recut['TopicArn']).toBe(TOPIC)
  expect(await world.judge(recut)).toEqual({ type: 'refused', reason: 'unknown Type' })
  expect(await world.judge({ ...recut, Type: 'Notification' })).toMatchObject({ type: 'refused' })
})

const SIGNED = [
  'Message',
  'MessageId',
  'Subject',
  'Timestamp',
  'TopicArn',
  'Type',
  'Signature',
] as const

test('no signed field can be changed by one character', async () => {
  const genuine = await world.signer.sign(aNotification('{"eventType":"Bounce"}\n'))
  const edit = fc.record({
    name: fc.constantFrom(...SIGNED),
    at: fc.nat(400),
    text: fc.oneof(
      fc.string({ minLength: 1, maxLength: 3 }),
      fc.constantFrom('\n', ' ', '\u0000', ''),
    ),
    cut: fc.nat(2),
  })
  await fc.assert(
    fc.asyncProperty(edit, async ({ name, at, text, cut }) => {
      const value = String(genuine[name])
      const start = at % (value.length + 1)
      const changed = value.slice(0, start) + text + value.slice(start + cut)
      fc.pre(changed !== value)
      const verdict = await world.judge({ ...genuine, [name]: changed })
      expect(verdict.type).toBe('refused')
    }),
    { numRuns: 600 },
  )
})

test('a confirmation holds together as well', async () => {
  const genuine = await world.signer.sign(aConfirmation())
  for (const [name, value] of Object.entries(genuine)) {
    if (name === 'SignatureVersion' || name === 'SigningCertURL') continue
    const last = String(value).at(-1) === '0' ? '1' : '0'
    const changed = `${String(value).slice(0, -1)}${last}`
    const { type } = await world.judge({ ...genuine, [name]: changed })
    expect([name, type]).toEqual([name, 'refused'])
  }
  const swapped = { ...genuine, Type: 'UnsubscribeConfirmation' }
  expect(await world.judge(swapped)).toEqual({ type: 'refused', reason: 'wrong signature' })
})

test('what SNS does not sign has no effect', async () => {
  const genuine = await world.signer.sign(aNotification('x'))
  const verdict = await world.judge(genuine)
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(
        'UnsubscribeURL',
        'MessageAttributes',
        'Token',
        'SubscribeURL',
        'Extra',
        '__proto__',
      ),
      fc.jsonValue(),
      async (name, value) => {
        const rest = JSON.stringify(genuine).slice(0, -1)
        const body = `${rest},${JSON.stringify(name)}:${JSON.stringify(value)}}`
        expect(await world.verify(body, new Headers())).toEqual(verdict)
      },
    ),
    { numRuns: 200 },
  )
})

test('a signature of another key is refused', async () => {
  const other = await anSnsWorld()
  const fields = await other.signer.sign(aNotification('x'))
  expect(await world.judge({ ...fields, SigningCertURL: world.signer.certificateUrl })).toEqual({
    type: 'refused',
    reason: 'wrong signature',
  })
})

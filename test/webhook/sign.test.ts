import { Resend } from 'resend'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import { Webhook as SvixWebhook } from 'svix'
import { expect, test } from 'vitest'
import { webhookSecret } from '../../src/domain/webhook-secret.ts'
import { signedHeaders } from '../../src/webhook/sign.ts'

const random = () => crypto.getRandomValues(new Uint8Array(24))
const [present, previous, strange] = [random(), random(), random()].map(webhookSecret)
const body = JSON.stringify({
  type: 'email.sent',
  created_at: '2026-11-24T10:00:00.000Z',
  data: {},
})
const id = 'msg_7_mwuix1mw_0_0'

function headersOf(secrets: (string | undefined)[], at = Date.now(), payload = body) {
  const signing = secrets.filter((secret) => secret !== undefined)
  return signedHeaders({ id, body: payload, secrets: signing, at })
}

function resendVerifies(headers: Record<string, string>, webhookSecret = ''): unknown {
  const of = (name: string) => headers[`svix-${name}`] ?? ''
  return new Resend('re_x').webhooks.verify({
    payload: body,
    headers: { id: of('id'), timestamp: of('timestamp'), signature: of('signature') },
    webhookSecret,
  })
}

/** It throws or says nothing. */
function svixVerifies(headers: Record<string, string>, secret: string): unknown {
  new SvixWebhook(secret).verify(body, headers)
  return JSON.parse(body)
}

const VERIFIERS: [string, (headers: Record<string, string>, secret?: string) => unknown][] = [
  ['resend', resendVerifies],
  ['svix', (headers, secret = '') => svixVerifies(only(headers, 'svix'), secret)],
  [
    'svix, by the names of the standard',
    (headers, secret = '') => svixVerifies(only(headers, 'webhook'), secret),
  ],
  ['standardwebhooks', (headers, secret = '') => new StandardWebhook(secret).verify(body, headers)],
]

function only(headers: Record<string, string>, prefix: string): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith(prefix)))
}

test.each(VERIFIERS)('%s verifies what we sign, with either secret of a rotation', (_, verify) => {
  expect(verify(headersOf([present]), present)).toMatchObject({ type: 'email.sent' })
  const rotating = headersOf([present, previous])
  for (const secret of [present, previous]) {
    expect(verify(rotating, secret)).toMatchObject({ type: 'email.sent' })
  }
})

const REFUSED = /signature|timestamp/i

test.each(VERIFIERS)('%s refuses another secret, another body and another time', (_, verify) => {
  const minutes = 60_000
  expect(() => verify(headersOf([present, previous]), strange)).toThrow(REFUSED)
  expect(() => verify(headersOf([present], Date.now(), `${body} `), present)).toThrow(REFUSED)
  expect(() => verify(headersOf([present], Date.now() - 6 * minutes), present)).toThrow(REFUSED)
})

test('the headers are those of the published example', () => {
  const headers = signedHeaders({
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    body: '{"test": 2432232314}',
    secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    at: 1614265330_999,
  })
  const signature = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
  expect(headers).toEqual({
    'svix-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'svix-timestamp': '1614265330',
    'svix-signature': signature,
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': signature,
  })
})

test('several signatures stand apart by blanks, each with one comma', () => {
  const { 'svix-signature': signature = '' } = headersOf([present, previous])
  expect(signature).toMatch(/^v1,[A-Za-z0-9+/=]+ v1,[A-Za-z0-9+/=]+$/)
})

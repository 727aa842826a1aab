import { expect, test } from 'vitest'
import { readConfig } from '../src/config.ts'

const SENSIBLE = {
  ENVIRONMENT: 'production',
  PUBLIC_URL: 'https://mail.example.com/',
  AWS_REGION: 'eu-west-1',
  SES_CONFIGURATION_SET: 'aerogram',
  SNS_TOPIC_ARNS: 'arn:aws:sns:eu-west-1:123456789012:a, arn:aws:sns:eu-west-1:123456789012:b',
  SES_RATE_SHARE: '0.8',
  RECIPIENT_POLICY: 'any',
  AWS_ACCESS_KEY_ID: 'AKIAEXAMPLEEXAMPLE00',
  AWS_SECRET_ACCESS_KEY: 'a-secret-of-enough-characters',
  TOKEN_KEYS: `k2:${'b'.repeat(40)},k1:${'a'.repeat(40)}`,
  ADDRESS_KEY: 'c'.repeat(40),
}

test('a sensible configuration is parsed once, with its defaults', () => {
  const env = { ...SENSIBLE }
  const config = readConfig(env)
  expect(config).toMatchObject({
    PUBLIC_URL: 'https://mail.example.com',
    SES_RATE_SHARE: 0.8,
    LEASE_SECONDS: 60,
    DOUBT_WINDOW_SECONDS: 900,
    DOUBT_POLICY: 'resend',
    OPEN_PIXEL: true,
    SNS_TOPIC_ARNS: [
      'arn:aws:sns:eu-west-1:123456789012:a',
      'arn:aws:sns:eu-west-1:123456789012:b',
    ],
  })
  expect(config.TOKEN_KEYS.map(({ id }) => id)).toEqual(['k2', 'k1'])
  expect(readConfig(env)).toBe(config)
})

test.each(Object.keys(SENSIBLE))(
  'without %s the Worker stops with a sentence that names it',
  (name) => {
    const env = Object.fromEntries(Object.entries(SENSIBLE).filter(([each]) => each !== name))
    expect(() => readConfig(env)).toThrow(
      new RegExp(`^The configuration cannot work: .*${name} is missing`),
    )
  },
)

test.each([
  ['ENVIRONMENT', 'staging'],
  ['PUBLIC_URL', 'mail.example.com'],
  ['PUBLIC_URL', 'http://mail.example.com'],
  ['AWS_REGION', 'Ireland'],
  ['SES_CONFIGURATION_SET', 'not a name'],
  ['SNS_TOPIC_ARNS', 'arn:aws:sqs:eu-west-1:123456789012:a'],
  ['SNS_TOPIC_ARNS', ''],
  ['SES_RATE_SHARE', '0'],
  ['SES_RATE_SHARE', '1.1'],
  ['SES_RATE_SHARE', 'half'],
  ['AWS_ENDPOINT_URL_SESV2', 'http://127.0.0.1:8790'],
  ['AWS_ENDPOINT_URL_SNS', 'http://127.0.0.1:8790'],
  ['AWS_ENDPOINT_URL_SQS', 'http://127.0.0.1:8790'],
  ['SNS_DEAD_LETTER_QUEUE_URL', ''],
  ['SNS_DEAD_LETTER_QUEUE_URL', 'arn:aws:sqs:eu-west-1:123456789012:a'],
  ['SNS_DEAD_LETTER_QUEUE_URL', 'http://sqs.eu-west-1.amazonaws.com/123456789012/a'],
  ['SNS_DEAD_LETTER_QUEUE_URL', 'https://sqs.eu-west-1.amazonaws.com.evil.dev/123456789012/a'],
  ['SNS_DEAD_LETTER_QUEUE_URL', 'https://evil.dev/sqs.eu-west-1.amazonaws.com/123456789012/a'],
  ['RECIPIENT_POLICY', 'everyone'],
  ['RECIPIENT_POLICY', 'allow:'],
  ['RECIPIENT_POLICY', 'redirect:nobody'],
  ['LEASE_SECONDS', '0'],
  ['LEASE_SECONDS', 'abc'],
  ['LEASE_SECONDS', '-1'],
  ['LEASE_SECONDS', '1.5'],
  ['LEASE_SECONDS', '29'],
  ['DOUBT_WINDOW_SECONDS', '599'],
  ['BODY_DAYS', '181'],
  ['DOUBT_POLICY', 'perhaps'],
  ['OPEN_PIXEL', 'yes'],
  ['TOKEN_KEYS', 'short:key'],
  ['TOKEN_KEYS', 'b'.repeat(40)],
  ['ADDRESS_KEY', 'short'],
  ['AWS_ACCESS_KEY_ID', ''],
])('%s = %j is senseless, and the sentence names it', (name, value) => {
  const told = (() => {
    try {
      readConfig({ ...SENSIBLE, [name]: value })
    } catch (error) {
      return String(error)
    }
    return 'nothing'
  })()
  expect(told).toContain(`The configuration cannot work: ${name} `)
})

test('the simulator may take the place of AWS in local only', () => {
  const local = {
    ...SENSIBLE,
    ENVIRONMENT: 'local',
    PUBLIC_URL: 'http://127.0.0.1:8787',
    AWS_ENDPOINT_URL_SESV2: 'http://127.0.0.1:8790',
  }
  expect(readConfig(local).AWS_ENDPOINT_URL_SESV2).toBe('http://127.0.0.1:8790')
})

test('what is told holds no secret', () => {
  const secret = 'b'.repeat(40)
  expect(() => readConfig({ ...SENSIBLE, TOKEN_KEYS: secret })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining(secret) }),
  )
})

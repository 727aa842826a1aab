import { AwsClient, AwsV4Signer } from 'aws4fetch'
import { expect, test } from 'vitest'
import { anEmail } from './requests.ts'
import { aSimulator, CREDENTIALS } from './running.ts'

interface Case {
  name: string
  signed?: Partial<ConstructorParameters<typeof AwsV4Signer>[0]>
  /** Changes the request after it was signed. */
  tamper?: (headers: Headers) => void
  body?: string
  type: string | null
  message: RegExp
}

const SCOPE_DATE = '20200101T000000Z'
const BODY = JSON.stringify(anEmail({ ConfigurationSetName: undefined }))
const CASES: Case[] = [
  { name: 'a good signature', type: null, message: /MessageId/ },
  {
    name: 'a wrong secret',
    signed: { secretAccessKey: 'wrong' },
    type: 'InvalidSignatureException',
    message:
      /^The request signature we calculated does not match .+The Canonical String .+POST\\n/s,
  },
  {
    name: 'an unknown key id',
    signed: { accessKeyId: 'AKIAUNKNOWN' },
    type: 'UnrecognizedClientException',
    message: /security token included in the request is invalid/,
  },
  {
    name: 'a session token nobody gave',
    signed: { sessionToken: 'token' },
    type: 'UnrecognizedClientException',
    message: /security token/,
  },
  {
    name: 'another region',
    signed: { region: 'us-east-1' },
    type: 'InvalidSignatureException',
    message: /scoped to a valid region, not 'us-east-1'/,
  },
  {
    name: 'another service',
    signed: { service: 'email' },
    type: 'InvalidSignatureException',
    message: /scoped to correct service: 'ses'/,
  },
  {
    name: 'an old date',
    signed: { datetime: SCOPE_DATE },
    type: 'InvalidSignatureException',
    message: /Signature expired: 20200101T000000Z is now earlier than \d{8}T\d{6}Z .+5 min/,
  },
  {
    name: 'a date to come',
    signed: { datetime: '20990101T000000Z' },
    type: 'InvalidSignatureException',
    message: /Signature not yet current: 20990101T000000Z/,
  },
  {
    name: 'a date other than its scope',
    tamper: (headers) => headers.set('x-amz-date', SCOPE_DATE),
    type: 'InvalidSignatureException',
    message: /Date in Credential scope does not match YYYYMMDD/,
  },
  {
    name: 'an altered body',
    body: BODY.replace('ada@', 'eve@'),
    type: 'InvalidSignatureException',
    message: /does not match/,
  },
  {
    name: 'a header added that must be signed',
    tamper: (headers) => headers.set('x-amz-target', 'x'),
    type: 'InvalidSignatureException',
    message: /'x-amz-target' must be a 'SignedHeader'/,
  },
  {
    name: 'no signature',
    tamper: (headers) => headers.delete('authorization'),
    type: 'MissingAuthenticationToken',
    message: /Missing Authentication Token/,
  },
  {
    name: 'half a signature',
    tamper: (headers) =>
      headers.set(
        'authorization',
        (headers.get('authorization') ?? '').replace(/, Signature=.*/, ''),
      ),
    type: 'IncompleteSignature',
    message: /requires 'Signature' parameter/,
  },
]

test.for(CASES)('SES answers $name as AWS does', async (one) => {
  const { url, summary } = await aSimulator()
  const signer = new AwsV4Signer({
    ...CREDENTIALS,
    url: `${url}/v2/email/outbound-emails`,
    method: 'POST',
    body: BODY,
    region: 'eu-west-1',
    service: 'ses',
    ...one.signed,
  })
  const { headers } = await signer.sign()
  one.tamper?.(headers)
  const response = await fetch(signer.url, { method: 'POST', headers, body: one.body ?? BODY })
  expect(await response.text()).toMatch(
    new RegExp(one.message.source.replace(/^\^/, '{"message":"'), one.message.flags),
  )
  expect(response.status).toBe(one.type === null ? 200 : 403)
  expect(response.headers.get('x-amzn-errortype')).toBe(one.type)
  expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/)
  expect((await summary()).accepted).toBe(one.type === null ? 1 : 0)
})

test('a signature is good for as long as the account is set to', async () => {
  const { url, control } = await aSimulator()
  await control('account', { signatureSeconds: 20 })
  const old = new Date(Date.now() - 30_000).toISOString().replace(/[-:]|\.\d{3}/g, '')
  const signed = async (datetime?: string) => {
    const signer = new AwsV4Signer({
      ...CREDENTIALS,
      url: `${url}/v2/email/account`,
      region: 'eu-west-1',
      service: 'ses',
      ...(datetime === undefined ? {} : { datetime }),
    })
    return (
      await fetch(await signer.sign().then(({ url: to, headers }) => new Request(to, { headers })))
    ).status
  }
  expect(await signed()).toBe(200)
  expect(await signed(old)).toBe(403)
})

test('paths with escapes and queries are verified as they were sent', async () => {
  const { rawSes } = await aSimulator()
  await rawSes(
    '/v2/email/suppression/addresses',
    { EmailAddress: "o'neil+tag@Example.com", Reason: 'BOUNCE' },
    'PUT',
  )
  const path = `/v2/email/suppression/addresses/${encodeURIComponent("o'neil+tag@example.com")}`
  expect(await rawSes(path, '', 'GET')).toMatchObject({ status: 200 })
  expect(
    await rawSes(
      '/v2/email/suppression/addresses?Reason=COMPLAINT&Reason=BOUNCE&StartDate=2026-01-01T00%3A00%3A00Z&PageSize=10',
      '',
      'GET',
    ),
  ).toMatchObject({ status: 200 })
})

test('SNS wants a signature for everything but a confirmation by token', async () => {
  const { url, sns } = await aSimulator()
  const wrong = new AwsClient({
    ...CREDENTIALS,
    secretAccessKey: 'wrong',
    region: 'eu-west-1',
    service: 'sns',
    retries: 0,
  })
  const body = 'Action=CreateTopic&Name=t'
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
  const unsigned = await fetch(`${url}/`, { method: 'POST', headers, body })
  expect(unsigned.status).toBe(403)
  expect(await unsigned.text()).toContain('<Code>MissingAuthenticationToken</Code>')
  const forged = await wrong.fetch(`${url}/`, { method: 'POST', headers, body })
  expect(forged.status).toBe(403)
  expect(await forged.text()).toContain('<Code>SignatureDoesNotMatch</Code>')
  expect((await sns({ Action: 'CreateTopic', Name: 't' })).status).toBe(200)
  const token = await fetch(
    `${url}/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:eu-west-1:000000000000:t&Token=ab`,
  )
  expect(token.status).toBe(400)
  expect(await token.text()).toContain('<Message>Invalid parameter: Token</Message>')
})

import { expect, test } from 'vitest'
import { identities } from '../../src/aws/identities.ts'
import { accountList } from '../../src/aws/account-list.ts'
import { sesCaller } from '../../src/aws/ses.ts'
import { aSimulator, CREDENTIALS } from './running.ts'

test('identities are pending until the DNS has their records, and told as AWS tells them', async () => {
  const { rawSes, control } = await aSimulator()
  const path = '/v2/email/identities'
  const made = await rawSes(path, { EmailIdentity: 'Example.com' })
  expect(JSON.parse(made.text)).toEqual({
    IdentityType: 'DOMAIN',
    VerifiedForSendingStatus: false,
    DkimAttributes: {
      SigningEnabled: true,
      Status: 'PENDING',
      Tokens: [expect.any(String), expect.any(String), expect.any(String)],
      SigningAttributesOrigin: 'AWS_SES',
      NextSigningKeyLength: 'RSA_2048_BIT',
      CurrentSigningKeyLength: 'RSA_2048_BIT',
    },
  })
  expect(await rawSes(path, { EmailIdentity: 'example.com' })).toMatchObject({
    status: 400,
    type: 'AlreadyExistsException',
  })
  expect(await rawSes(path, { EmailIdentity: 'no domain' })).toMatchObject({ status: 400 })
  const outside = { MailFromDomain: 'mail.elsewhere.com' }
  expect(await rawSes(`${path}/example.com/mail-from`, outside, 'PUT')).toMatchObject({
    status: 400,
  })
  const mailFrom = { MailFromDomain: 'send.example.com' }
  expect(await rawSes(`${path}/example.com/mail-from`, mailFrom, 'PUT')).toMatchObject({
    status: 200,
    text: '{}',
  })
  const proof = { identity: 'example.com', dkim: 'SUCCESS', mailFrom: 'FAILED' }
  expect(await control('identity', proof)).toMatchObject({ status: 200 })
  expect(await control('identity', { identity: 'nobody.dev' })).toMatchObject({ status: 404 })
  expect(JSON.parse((await rawSes(`${path}/example.com`, '', 'GET')).text)).toMatchObject({
    VerifiedForSendingStatus: true,
    VerificationStatus: 'SUCCESS',
    DkimAttributes: { Status: 'SUCCESS' },
    MailFromAttributes: { MailFromDomain: 'send.example.com', MailFromDomainStatus: 'FAILED' },
  })
  expect(JSON.parse((await rawSes(path, '', 'GET')).text)).toMatchObject({
    EmailIdentities: [{ IdentityName: 'example.com', SendingEnabled: true }],
  })
  expect(await rawSes(`${path}/example.com`, '', 'DELETE')).toMatchObject({ status: 200 })
  expect(await rawSes(`${path}/example.com`, '', 'GET')).toMatchObject({
    status: 404,
    type: 'NotFoundException',
  })
})

test('our own client makes domains and lists addresses there', async () => {
  const { url } = await aSimulator()
  const call = sesCaller(
    { region: 'eu-west-1', ...CREDENTIALS, endpoint: url, timeoutMs: 5000 },
    (input, init) => fetch(input, init),
  )
  const ses = identities(call)
  expect(await ses.read('example.com')).toEqual({ type: 'absent' })
  expect(await ses.create('example.com')).toEqual({ type: 'created' })
  expect(await ses.create('example.com')).toEqual({ type: 'created' })
  expect(await ses.create('no domain')).toMatchObject({ type: 'refused' })
  expect(await ses.setMailFrom('example.com', 'send.example.com')).toEqual({ type: 'set' })
  expect(await ses.read('example.com')).toMatchObject({
    type: 'identity',
    identity: { dkim: 'PENDING', mailFrom: 'send.example.com', mailFromStatus: 'PENDING' },
  })
  expect(await ses.remove('example.com')).toEqual({ type: 'removed' })
  expect(await ses.remove('example.com')).toEqual({ type: 'absent' })
  const list = accountList(call)
  expect(await list.remove('ada+x@example.com')).toEqual({ type: 'listed' })
  expect(await list.put('ada+x@example.com', 'BOUNCE')).toEqual({ type: 'listed' })
  expect(await list.remove('ada+x@example.com')).toEqual({ type: 'listed' })
  expect(await list.put('no address', 'BOUNCE')).toMatchObject({ type: 'refused' })
})

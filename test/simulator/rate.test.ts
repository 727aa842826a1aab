import { SendBulkEmailCommand, TooManyRequestsException } from '@aws-sdk/client-sesv2'
import { expect, test } from 'vitest'
import { RollingQuota } from '../../src/simulator/quota.ts'
import { RateBucket } from '../../src/simulator/rate.ts'
import { aBulk, anEmail } from './requests.ts'
import { aSimulator } from './running.ts'

const HOUR = 60 * 60_000

test('a call larger than the rate is taken and leaves debt: at 1/s ten recipients every ten seconds', () => {
  const bucket = new RateBucket(1, 0)
  expect(bucket.take(10, 0)).toBe(true)
  for (const second of [1, 5, 8, 9]) expect(bucket.take(1, second * 1000)).toBe(false)
  expect(bucket.take(10, 9500)).toBe(true)
  expect(bucket.take(1, 18_900)).toBe(false)
  expect(bucket.take(1, 19_100)).toBe(true)
})

test('14 recipients a second and calls of 50 make one call every 3.6 seconds', () => {
  const bucket = new RateBucket(14, 0)
  const taken = Array.from({ length: 60_000 / 10 }, (_, at) => at * 10).filter((now) =>
    bucket.take(50, now),
  )
  const gaps = taken.slice(2).map((at, index) => at - (taken[index + 1] ?? 0))
  expect(Math.max(...gaps)).toBeLessThanOrEqual(3600)
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(3560)
})

test('the quota rolls: what was sent 24 hours ago no longer counts', () => {
  const quota = new RollingQuota()
  quota.count(100, 0)
  quota.count(50, 12 * HOUR)
  expect(quota.sent(23 * HOUR)).toBe(150)
  expect(quota.sent(24 * HOUR)).toBe(50)
  quota.set(7, 30 * HOUR)
  expect(quota.sent(30 * HOUR)).toBe(7)
})

test('over the rate SES answers 429 in its own words, and takes nothing', async () => {
  const { control, rawSes, ses, summary } = await aSimulator()
  await control('account', { maxSendRate: 1 })
  const request = aBulk(20, { ConfigurationSetName: undefined })
  expect(await rawSes('/v2/email/outbound-bulk-emails', request)).toMatchObject({ status: 200 })
  expect(await rawSes('/v2/email/outbound-bulk-emails', request)).toMatchObject({
    status: 429,
    type: 'TooManyRequestsException',
    text: '{"message":"Maximum sending rate exceeded."}',
  })
  await expect(ses.send(new SendBulkEmailCommand(request))).rejects.toThrow(
    TooManyRequestsException,
  )
  expect((await summary()).accepted).toBe(20)
})

test('with overRate "entry" a bulk call is taken as far as the rate goes', async () => {
  const { control, rawSes, summary } = await aSimulator()
  await control('account', { maxSendRate: 5, overRate: 'entry' })
  const { status, text } = await rawSes(
    '/v2/email/outbound-bulk-emails',
    aBulk(8, { ConfigurationSetName: undefined }),
  )
  expect(status).toBe(200)
  const statuses: string[] = Array.from(
    text.matchAll(/"Status":"(\w+)"/g),
    ([, name]) => name ?? '',
  )
  expect(statuses).toEqual([
    ...Array<string>(5).fill('SUCCESS'),
    ...Array<string>(3).fill('ACCOUNT_THROTTLED'),
  ])
  expect((await summary()).accepted).toBe(5)
})

test('a spent daily quota stops all but the mailbox simulator', async () => {
  const { control, rawSes } = await aSimulator()
  await control('account', { max24HourSend: 10, sentLast24Hours: 8 })
  const to = (...ToAddresses: string[]) =>
    rawSes(
      '/v2/email/outbound-emails',
      anEmail({ ConfigurationSetName: undefined, Destination: { ToAddresses } }),
    )
  expect(await to('a@example.com')).toMatchObject({ status: 200 })
  expect(await to('a@example.com', 'b@example.com', 'c@example.com')).toMatchObject({ status: 200 })
  expect(await to('a@example.com')).toMatchObject({
    status: 429,
    type: 'TooManyRequestsException',
    text: '{"message":"Daily message quota exceeded"}',
  })
  expect(await to('success+canary@simulator.amazonses.com')).toMatchObject({ status: 200 })
  const { text } = await rawSes('/v2/email/account', '', 'GET')
  expect(JSON.parse(text)).toMatchObject({ SendQuota: { SentLast24Hours: 12 } })
  await control('account', { overRate: 'entry' })
  const bulk = await rawSes(
    '/v2/email/outbound-bulk-emails',
    aBulk(1, { ConfigurationSetName: undefined }),
  )
  expect(bulk.text).toContain('ACCOUNT_DAILY_QUOTA_EXCEEDED')
})

test('a paused account and a paused configuration set refuse to send', async () => {
  const { control, rawSes } = await aSimulator()
  const sets = '/v2/email/configuration-sets'
  await rawSes(sets, { ConfigurationSetName: 'main' })
  await rawSes(`${sets}/main/sending`, { SendingEnabled: false }, 'PUT')
  expect(await rawSes('/v2/email/outbound-emails', anEmail())).toMatchObject({
    status: 400,
    type: 'SendingPausedException',
    text: '{"message":"Sending is paused for configuration set main"}',
  })
  await rawSes(`${sets}/main/sending`, { SendingEnabled: true }, 'PUT')
  await control('account', { sendingEnabled: false })
  expect(await rawSes('/v2/email/outbound-emails', anEmail())).toMatchObject({
    status: 400,
    type: 'SendingPausedException',
  })
})

test('latencyMs passes before SES answers', async () => {
  const { control, rawSes } = await aSimulator()
  await control('account', { latencyMs: 150 })
  const started = Date.now()
  await rawSes('/v2/email/account', '', 'GET')
  expect(Date.now() - started).toBeGreaterThanOrEqual(149)
})

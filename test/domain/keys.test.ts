import { expect, test } from 'vitest'
import { accountStop } from '../../src/domain/account.ts'
import { apiKeyId } from '../../src/domain/api-key.ts'
import { ATTEMPT_TAG } from '../../src/domain/attempt.ts'
import { broadcastEmailId, broadcastKeys } from '../../src/domain/broadcast-email-id.ts'
import { broadcastFile, nextFileNumber } from '../../src/domain/broadcast-file.ts'
import { contentFile, contentOfFile, filesFrom } from '../../src/domain/content-file.ts'
import { deadLetterId } from '../../src/domain/dead-letter-id.ts'
import { mergeFacts, NO_FACTS } from '../../src/domain/facts.ts'
import { UUID } from '../../src/domain/id.ts'
import { retrySeconds } from '../../src/domain/retry-wait.ts'
import { packUuid, unpackUuid } from '../../src/domain/uuid-bytes.ts'

const ID = '019ab2c3-d4e5-7f60-8a1b-2c3d4e5f6071'

test('the email of an address lies within the keys of its broadcast, whatever its hash', () => {
  const { first, last } = broadcastKeys(ID)
  expect([first, last]).toEqual([
    '019ab2c3-d4e5-7f60-8000-000000000000',
    '019ab2c3-d4e5-7f60-bfff-ffffffffffff',
  ])
  expect(broadcastEmailId(ID, new Uint8Array(32))).toBe(first)
  expect(broadcastEmailId(ID, new Uint8Array(32).fill(0xff))).toBe(last)
  const digest = Uint8Array.from({ length: 32 }, (_, n) => n * 7 + 0x41)
  const id = broadcastEmailId(ID, digest)
  expect(id).toBe('019ab2c3-d4e5-7f60-8148-4f565d646b72')
  expect(id).toMatch(UUID)
})

test('files of a content stand under its id, and tell it', () => {
  expect(contentFile(ID, 'html')).toBe(`contents/${ID}/html`)
  expect(contentFile(ID, 0)).toBe(`contents/${ID}/attachment-0`)
  expect(filesFrom(ID)).toBe(`contents/${ID}`)
  expect(contentOfFile(contentFile(ID, 'text'))).toBe(ID)
  for (const key of [
    broadcastFile(ID, 0),
    `x/contents/${ID}/html`,
    `contents/${ID}`,
    'contents/x/y',
  ]) {
    expect(contentOfFile(key)).toBeNull()
  }
})

test('a new file of a broadcast takes a number that none has', () => {
  const file = (n: number) => broadcastFile(ID, n)
  expect(file(3)).toBe(`broadcasts/${ID}/attachment-3`)
  expect(nextFileNumber([])).toBe(0)
  expect(nextFileNumber([file(0)])).toBe(1)
  expect(nextFileNumber([file(12), file(3)])).toBe(13)
  expect(nextFileNumber(['unnumbered'])).toBe(0)
})

test('a dead letter has one id, and later jobs later ones', async () => {
  const id = await deadLetterId('job', 1000)
  expect(id).toMatch(UUID)
  expect(await deadLetterId('job', 1000)).toBe(id)
  expect(await deadLetterId('another', 1000)).not.toBe(id)
  expect((await deadLetterId('another', 1001)) > id).toBe(true)
})

test('a UUID and its bytes are the same', () => {
  expect([...packUuid(ID)].slice(0, 3)).toEqual([0x01, 0x9a, 0xb2])
  expect(packUuid(ID)).toHaveLength(16)
  expect(unpackUuid(packUuid(ID))).toBe(ID)
  expect(unpackUuid(new Uint8Array(15))).not.toMatch(UUID)
})

const ACCOUNT = {
  maxSendRate: 14,
  max24HourSend: 50_000,
  sentLast24Hours: 0,
  sendingEnabled: true,
  enforcementStatus: 'HEALTHY',
  production: true,
}
test.each([
  [{}, null],
  [{ enforcementStatus: 'PROBATION' }, null],
  [{ enforcementStatus: 'SHUTDOWN' }, 'account shut down'],
  [{ sendingEnabled: false }, 'account paused'],
  [{ maxSendRate: 0 }, 'account paused'],
  [{ enforcementStatus: 'SHUTDOWN', sendingEnabled: false }, 'account shut down'],
])('an account with %j stops sending: %s', (fields, stop) => {
  expect(accountStop({ ...ACCOUNT, ...fields })).toBe(stop)
})

test('a job that D1 could not take comes again later and later, but within ten minutes', () => {
  expect([1, 2, 3, 7, 8, 100].map(retrySeconds)).toEqual([5, 10, 20, 320, 600, 600])
})

const DELAY = { type: 'delivery_delay', recipient: null, messageId: null, source: 'ses' } as const

test('of delays the first and the last are kept, in whatever order they come', () => {
  for (const times of [
    [1, 3, 2],
    [3, 1, 2],
  ]) {
    const facts = times.reduce(
      (known, at) => mergeFacts(known, { ...DELAY, attempt: null, at }),
      NO_FACTS,
    )
    expect(facts).toMatchObject({ delay_first_at: 1, delay_last_at: 3 })
  }
})

test('an id is one from its first letter to its last', () => {
  for (const text of [`x${ID}`, `${ID}x`, `${ID}\n`, ID.toUpperCase(), ID.slice(1)]) {
    expect(UUID.test(text)).toBe(false)
  }
})

test('a key is one from its first letter on', () => {
  const key = `re_AAAAAAAA_${'A'.repeat(32)}`
  expect(apiKeyId(key)).toBe('AAAAAAAA')
  for (const text of [`x${key}`, `${key}x`, `${key}\n`]) expect(apiKeyId(text)).toBeNull()
})

test('the tag by which events find their emails has one name', () => {
  expect(ATTEMPT_TAG).toBe('aerogram_attempt')
})

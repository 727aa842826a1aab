import { expect, test } from 'vitest'
import {
  apiKeyId,
  apiKeyOfUuid,
  apiKeyUuid,
  hashApiKey,
  newApiKey,
} from '../../src/domain/api-key.ts'
import { UUID } from '../../src/domain/id.ts'

test('a key starts with re_, carries its id and 32 random letters', () => {
  const { id, key } = newApiKey((bytes) => crypto.getRandomValues(new Uint8Array(bytes)))
  expect(key).toMatch(/^re_[A-Za-z0-9]{8}_[A-Za-z0-9]{32}$/)
  expect(apiKeyId(key)).toBe(id)
})

test.each([
  '',
  're_',
  're_12345678_short',
  `xx_12345678_${'a'.repeat(32)}`,
  `re_12345678_${'a'.repeat(33)}`,
])('%j is no key', (key) => {
  expect(apiKeyId(key)).toBeNull()
})

test('the hash is SHA-256 of the whole key', async () => {
  expect(await hashApiKey('abc')).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  )
})

test('the id of a key is a UUID for clients, and read back from it', () => {
  const { id } = newApiKey((bytes) => crypto.getRandomValues(new Uint8Array(bytes)))
  expect(apiKeyUuid(id)).toMatch(UUID)
  expect(apiKeyOfUuid(apiKeyUuid(id).toUpperCase())).toBe(id)
  expect(apiKeyUuid('AbCd0189')).toBe('41624364-3031-8000-8000-000000003839')
})

test.each(['', '41624364-3031-8000-8000-000000003800', '0192d3a4-0000-7000-8000-000000000000'])(
  '%j is the UUID of no key',
  (uuid) => {
    expect(apiKeyOfUuid(uuid)).toBeNull()
  },
)

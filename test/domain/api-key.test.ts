import { expect, test } from 'vitest'
import { apiKeyId, hashApiKey, newApiKey } from '../../src/domain/api-key.ts'

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

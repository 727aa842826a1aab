import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { attemptId, claimToken } from '../../src/domain/attempt.ts'
import { signOpen, verifyOpen } from '../../src/token/open-token.ts'
import { signToken, verifyToken } from '../../src/token/token.ts'

const OLD = { id: 'k1', key: 'an-old-key-of-thirty-two-characters' }
const NEW = { id: 'k2', key: 'a-new-key-of-thirty-two-characters-' }
const ATTEMPT = '0199f5b2-7c00-7abc-8def-0123456789ab_1_Ab3dEf9h'

const attempts = fc
  .tuple(
    fc.uuid({ version: [1, 4, 7] }),
    fc.integer({ min: 1, max: 999_999 }),
    fc.uint8Array({ minLength: 8, maxLength: 8 }),
  )
  .map(([id, number, random]) => attemptId(id, number, claimToken(random)))

test('every attempt id comes back out of its token', () => {
  fc.assert(
    fc.property(attempts, (attempt) => {
      expect(verifyOpen(signOpen(attempt, [NEW]), [NEW])).toBe(attempt)
    }),
  )
})

test('a token is short and fits the path of an address', () => {
  const token = signOpen(ATTEMPT, [NEW])
  expect(token).toMatch(/^k2\.[A-Za-z0-9_-]{58}$/)
})

test('after a rotation new tokens carry the first key and old ones are still known', () => {
  const before = signOpen(ATTEMPT, [OLD])
  expect(signOpen(ATTEMPT, [NEW, OLD])).toMatch(/^k2\./)
  expect(verifyOpen(before, [NEW, OLD])).toBe(ATTEMPT)
})

test('a token of a key that was taken away is not known', () => {
  expect(verifyOpen(signOpen(ATTEMPT, [OLD]), [NEW])).toBeNull()
})

test('a key under the id of another one signs nothing for it', () => {
  const renamed = { id: NEW.id, key: OLD.key }
  expect(verifyOpen(signOpen(ATTEMPT, [renamed]), [NEW])).toBeNull()
})

test('two keys may share an id while one replaces the other', () => {
  const renamed = { id: NEW.id, key: OLD.key }
  expect(verifyOpen(signOpen(ATTEMPT, [renamed]), [NEW, renamed])).toBe(ATTEMPT)
})

test('an unsubscribe token never counts as an open token, nor the other way round', () => {
  const open = signOpen(ATTEMPT, [NEW])
  const payload = verifyToken('open', open, [NEW])
  expect(payload).not.toBeNull()
  const unsubscribe = signToken('unsubscribe', payload ?? new Uint8Array(), [NEW])
  expect(verifyOpen(unsubscribe, [NEW])).toBeNull()
  expect(verifyToken('unsubscribe', open, [NEW])).toBeNull()
})

test('a token with any one character changed is refused', () => {
  const token = signOpen(ATTEMPT, [NEW])
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.'
  for (let at = 0; at < token.length; at++) {
    for (const letter of alphabet) {
      if (letter === token[at]) continue
      const forged = token.slice(0, at) + letter + token.slice(at + 1)
      expect({ forged, attempt: verifyOpen(forged, [NEW]) }).toEqual({ forged, attempt: null })
    }
  }
})

test('signed bytes that are no attempt id are refused', () => {
  for (const payload of [
    new Uint8Array(),
    new Uint8Array(26),
    new Uint8Array(27),
    new Uint8Array(28),
  ]) {
    expect(verifyOpen(signToken('open', payload, [NEW]), [NEW])).toBeNull()
  }
})

test('nothing that is given makes it throw', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.base64String().map((text) => `k2.${text}`),
      ),
      (token) => {
        expect(verifyOpen(token, [NEW])).toBeNull()
      },
    ),
  )
})

test.each(['', 'nonsense', ATTEMPT.toUpperCase(), `${ATTEMPT}x`])(
  '"%s" cannot be signed',
  (text) => {
    expect(() => signOpen(text, [NEW])).toThrow('Only an attempt id')
  },
)

test('without a key nothing is signed and nothing is known', () => {
  expect(() => signOpen(ATTEMPT, [])).toThrow('needs a key')
  expect(verifyOpen(signOpen(ATTEMPT, [NEW]), [])).toBeNull()
})

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { attemptId, claimToken, parseAttemptId } from '../../src/domain/attempt.ts'
import { packAttempt, unpackAttempt } from '../../src/domain/attempt-bytes.ts'
import { ID, TOKEN } from '../support/lifecycle.ts'

const parts = fc.record({
  emailId: fc.uuid({ version: [4, 7] }),
  number: fc.integer({ min: 1, max: 999_999 }),
  claimToken: fc.stringMatching(/^[A-Za-z0-9]{8}$/),
})

test('an attempt id is a value that an SES tag may have, and tells its parts again', () => {
  fc.assert(
    fc.property(parts, (attempt) => {
      const id = attemptId(attempt.emailId, attempt.number, attempt.claimToken)
      expect(id).toMatch(/^[A-Za-z0-9_-]{1,256}$/)
      expect(parseAttemptId(id)).toEqual(attempt)
      expect(unpackAttempt(packAttempt(attempt))).toBe(id)
    }),
  )
})

test.each([
  '',
  ID,
  `${ID}_1`,
  `${ID}_1_`,
  `${ID}_0_${TOKEN}`,
  `${ID}_01_${TOKEN}`,
  `${ID}_-1_${TOKEN}`,
  `${ID}_1234567_${TOKEN}`,
  `${ID}_1_${TOKEN}x`,
  `${ID}_1_Ab3dEf9`,
  `${ID}_1_Ab3dEf9-`,
  `${ID.toUpperCase()}_1_${TOKEN}`,
  `${ID.slice(1)}_1_${TOKEN}`,
  ` ${ID}_1_${TOKEN}`,
  `${ID}_1_${TOKEN}\n`,
  `${ID}_1_${TOKEN}|send|`,
])('%j is no attempt of ours', (value) => {
  expect(parseAttemptId(value)).toBeNull()
})

test('a claim token is eight characters of the tag alphabet, of eight random bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 8, maxLength: 16 }), (random) => {
      expect(claimToken(random)).toMatch(/^[A-Za-z0-9]{8}$/)
      expect(claimToken(random)).toBe(claimToken(random.slice(0, 8)))
    }),
  )
  expect(claimToken(Uint8Array.of(0, 25, 26, 51, 52, 61, 62, 255))).toBe('AZaz09AH')
})

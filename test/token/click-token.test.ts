import { expect, test } from 'vitest'
import { MAX_LINK, signClick, verifyClick } from '../../src/token/click-token.ts'
import { signOpen } from '../../src/token/open-token.ts'
import { signToken } from '../../src/token/token.ts'
import { packAttempt } from '../../src/domain/attempt-bytes.ts'
import { parseAttemptId } from '../../src/domain/attempt.ts'
import { ATTEMPT } from '../support/ses-events.ts'

const KEYS = [{ id: 'k1', key: 'a key of at least thirty-two characters' }]
const LINK = 'https://acme.dev/?a=1&b=%C3%A9#c'

test('a token carries the attempt and the very link', () => {
  const token = signClick({ attempt: ATTEMPT, link: LINK }, KEYS)
  expect(verifyClick(token, KEYS)).toEqual({ attempt: ATTEMPT, link: LINK })
  expect(token.length).toBeLessThan(130)
})

test('the longest link fits into a token, and none longer is signed', () => {
  const link = `https://acme.dev/${'a'.repeat(MAX_LINK - 17)}`
  expect(verifyClick(signClick({ attempt: ATTEMPT, link }, KEYS), KEYS)?.link).toBe(link)
  expect(() => signClick({ attempt: ATTEMPT, link: `${link}a` }, KEYS)).toThrow('length')
})

test('no changed character of a token leads anywhere', () => {
  const token = signClick({ attempt: ATTEMPT, link: LINK }, KEYS)
  for (let at = 0; at < token.length; at++) {
    const other = token.charAt(at) === 'A' ? 'B' : 'A'
    expect(verifyClick(token.slice(0, at) + other + token.slice(at + 1), KEYS)).toBeNull()
  }
})

test.for(['javascript:alert(1)', 'ftp://acme.dev/', '//acme.dev/', 'https://acme.dev/é', ''])(
  '%j is never signed, and would lead nowhere if it were',
  (link) => {
    expect(() => signClick({ attempt: ATTEMPT, link }, KEYS)).toThrow('website')
    const parts = parseAttemptId(ATTEMPT)
    if (parts === null) throw new Error('no attempt')
    const payload = Buffer.concat([packAttempt(parts), Buffer.from(link, 'utf8')])
    expect(verifyClick(signToken('click', payload, KEYS), KEYS)?.link ?? 'nowhere').not.toBe(link)
  },
)

test('a token of another kind or another key leads nowhere', () => {
  expect(verifyClick(signOpen(ATTEMPT, KEYS), KEYS)).toBeNull()
  const token = signClick({ attempt: ATTEMPT, link: LINK }, KEYS)
  expect(
    verifyClick(token, [{ id: 'k1', key: 'another key of thirty-two characters!' }]),
  ).toBeNull()
})

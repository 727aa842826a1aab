import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { normalAddress } from '../../src/domain/address.ts'
import { listUnsubscribe } from '../../src/domain/list-unsubscribe.ts'
import { signOpen } from '../../src/token/open-token.ts'
import { signToken, verifyToken } from '../../src/token/token.ts'
import { signUnsubscribe, verifyUnsubscribe } from '../../src/token/unsubscribe-token.ts'

const OLD = { id: 'k1', key: 'an-old-key-of-thirty-two-characters' }
const NEW = { id: 'k2', key: 'a-new-key-of-thirty-two-characters-' }
const EMAIL = '0199f5b2-7c00-7abc-8def-0123456789ab'
const LEAVING = { address: 'ada+news@example.com', emailId: EMAIL, topicId: null }
const TOKEN = signUnsubscribe(LEAVING, [NEW])
const LONGEST = `${'a'.repeat(64)}@${`${'b'.repeat(61)}.`.repeat(3)}dev`

const leavings = fc.record({
  address: fc
    .emailAddress()
    .map((address) => normalAddress(address))
    .filter((address) => address !== null),
  emailId: fc.uuid({ version: [4, 7] }),
  topicId: fc.option(fc.uuid({ version: [4, 7] })),
})

test('address, email and topic come back out of the token', () => {
  fc.assert(
    fc.property(leavings, (leaving) => {
      expect(verifyUnsubscribe(signUnsubscribe(leaving, [NEW]), [NEW])).toEqual(leaving)
    }),
  )
})

test('the link to the longest address, with a long topic and key id, fits a header', () => {
  const longest = { address: LONGEST.slice(-254), emailId: EMAIL, topicId: 't'.repeat(64) }
  expect(longest.address).toHaveLength(254)
  const token = signUnsubscribe(longest, [{ ...NEW, id: 'k2345678' }])
  expect(verifyUnsubscribe(token, [{ ...NEW, id: 'k2345678' }])).toEqual(longest)
  expect(token).toHaveLength(477)
  const url = `https://${'m'.repeat(250)}.example.com/u/${token}`
  const [header] = listUnsubscribe(url)
  expect(header?.value.length).toBeLessThan(870)
})

test('after a rotation new tokens carry the first key and old ones are still known', () => {
  const before = signUnsubscribe(LEAVING, [OLD])
  expect(signUnsubscribe(LEAVING, [NEW, OLD])).toMatch(/^k2\./)
  expect(verifyUnsubscribe(before, [NEW, OLD])).toEqual(LEAVING)
})

test('the topic and what comes after it cannot be taken for each other', () => {
  const one = signUnsubscribe({ ...LEAVING, address: 'b@example.com', topicId: 'a' }, [NEW])
  const other = signUnsubscribe({ ...LEAVING, address: 'ab@example.com', topicId: null }, [NEW])
  expect(verifyUnsubscribe(one, [NEW])?.address).toBe('b@example.com')
  expect(verifyUnsubscribe(other, [NEW])?.address).toBe('ab@example.com')
})

const payload = verifyToken('unsubscribe', TOKEN, [NEW]) ?? new Uint8Array()
const ANOTHER_KEY = { id: 'k2', key: 'another key of thirty-two characters' }
const ATTEMPT = `${EMAIL}_1_Ab3dEf9h`

test.each([
  ['empty', ''],
  ['only a key id', 'k2.'],
  ['without its key id', TOKEN.slice(3)],
  ['cut at its end', TOKEN.slice(0, -1)],
  ['cut in its middle', TOKEN.slice(0, 30)],
  ['cut at its start', `k2.${TOKEN.slice(4)}`],
  ['longer by a character', `${TOKEN}A`],
  ['doubled', TOKEN + TOKEN],
  ['very long', `k2.${'A'.repeat(100_000)}`],
  ['of an open pixel', signOpen(ATTEMPT, [NEW])],
  ['the same bytes signed as an open pixel', signToken('open', payload, [NEW])],
  ['of another key under the same id', signUnsubscribe(LEAVING, [ANOTHER_KEY])],
  ['of a key that was taken away', signUnsubscribe(LEAVING, [OLD])],
  ['under the id of another key', TOKEN.replace(/^k2/, 'k1')],
  ['under an unknown key id', TOKEN.replace(/^k2/, 'k9')],
  ['under a key id in capitals', TOKEN.replace(/^k2/, 'K2')],
  ['in base64 with padding', `${TOKEN}==`],
  ['in the other base64 alphabet', `k2.${standardAlphabet(TOKEN.slice(3))}`],
  ['in hex', `k2.${Buffer.from(TOKEN.slice(3), 'base64url').toString('hex')}`],
  ['in lower case', TOKEN.toLowerCase()],
  ['with a line break', `${TOKEN}\n`],
  ['with a blank before it', ` ${TOKEN}`],
  ['with a zero byte', `${TOKEN}\u0000`],
  ['with a letter of another script', TOKEN.replace(/^k/, 'к')],
  ['an address as text', LEAVING.address],
  [
    'with a MAC of zeros',
    `k2.${Buffer.concat([payload, new Uint8Array(16)]).toString('base64url')}`,
  ],
])('a token that is %s stands for nobody', (_, token) => {
  expect(verifyUnsubscribe(token, [NEW])).toBeNull()
})

/** With a byte that the two alphabets spell differently. */
function standardAlphabet(text: string): string {
  return `${text.replaceAll('-', '+').replaceAll('_', '/')}+/`
}

test('a token with any one bit changed is refused', () => {
  const bytes = Buffer.from(TOKEN.slice(3), 'base64url')
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const forged = Buffer.from(bytes)
    forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    expect(verifyUnsubscribe(`k2.${forged.toString('base64url')}`, [NEW])).toBeNull()
  }
})

test('one token has one spelling', () => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const known = Array.from(alphabet)
    .map((last) => TOKEN.slice(0, -1) + last)
    .filter((token) => verifyUnsubscribe(token, [NEW]) !== null)
  expect(known).toEqual([TOKEN])
})

test.each([
  ['nothing', new Uint8Array()],
  ['an email id alone', payload.slice(0, 16)],
  ['no address', payload.slice(0, 17)],
  ['a topic longer than the rest', Uint8Array.from([...payload.slice(0, 16), 255, 65, 66])],
  ['an id that is none', Uint8Array.from([...new Uint8Array(16), ...payload.slice(16)])],
  ['an address with a capital', Uint8Array.from([...payload.slice(0, -3), 67, 79, 77])],
  ['bytes that are not UTF-8', Uint8Array.from([...payload.slice(0, 17), 255, 254, ...payload])],
])('signed bytes with %s stand for nobody', (_, bytes) => {
  expect(verifyUnsubscribe(signToken('unsubscribe', bytes, [NEW]), [NEW])).toBeNull()
})

test('nothing that is given makes it throw', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.base64String().map((text) => `k2.${text}`),
  )
  fc.assert(
    fc.property(texts, (token) => {
      expect(verifyUnsubscribe(token, [NEW])).toBeNull()
    }),
  )
})

test.each([
  ['an address that is not in normal form', { address: 'Ada@Example.com' }],
  ['no address', { address: '' }],
  ['an email id in capitals', { emailId: EMAIL.toUpperCase() }],
  ['an email id that is none', { emailId: 'preview' }],
  ['a topic beyond all measure', { topicId: 't'.repeat(65) }],
])('with %s nothing is signed', (_, fields) => {
  expect(() => signUnsubscribe({ ...LEAVING, ...fields }, [NEW])).toThrow('Nobody can leave')
})

import * as fc from 'fast-check'
import { addressParser, decodeWords } from 'postal-mime'
import { expect, test } from 'vitest'
import { encodeWords, mailbox } from '../../src/domain/encoded-word.ts'

test.each(['', 'Your receipt', 'a_b = c?', '~!@#$%^&*()', 'x'.repeat(500)])(
  '%j goes as it is',
  (text) => {
    expect(encodeWords(text)).toBe(text)
  },
)

test.each([
  'Grüße',
  '日本語の件名',
  '👩‍👩‍👧 family',
  'tab\there',
  '=?UTF-8?B?eA==?= literally',
  'a\u007f',
])('%j is encoded, and read again as it was', (text) => {
  expect(encodeWords(text)).toMatch(/^=\?UTF-8\?B\?/)
  expect(decodeWords(encodeWords(text))).toBe(text)
})

test('what a reader decodes is what was meant, in words that a header line may hold', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
      fc.pre(!text.includes('=?') && text.isWellFormed())
      const encoded = encodeWords(text)
      expect(decodeWords(encoded)).toBe(text)
      expect(encoded).toMatch(/^[\u0020-\u007e]*$/)
      if (encoded === text) return
      for (const word of encoded.split(' ')) expect(word.length).toBeLessThanOrEqual(75)
    }),
  )
})

const ADA = 'ada@customer.dev'

test.each([
  [null, ADA],
  ['', ADA],
  ['Ada', `Ada <${ADA}>`],
  ['Ada Lovelace', `Ada Lovelace <${ADA}>`],
  ['Lovelace, Ada', `"Lovelace, Ada" <${ADA}>`],
  ['Ada "the" \\ Countess', `"Ada \\"the\\" \\\\ Countess" <${ADA}>`],
  ['ada@home <x@y.z>', `"ada@home <x@y.z>" <${ADA}>`],
  ['Zoë', `=?UTF-8?B?Wm/Dqw==?= <${ADA}>`],
])('the name %j stands in a header as %s', (name, header) => {
  expect(mailbox(ADA, name)).toBe(header)
})

test('whatever the name, a reader finds one mailbox with the address', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii', maxLength: 60 }), (name) => {
      const found = addressParser(mailbox(ADA, name))
      expect(found.map(({ address }) => address)).toEqual([ADA])
    }),
  )
})

test('a long text becomes words of at most 75 characters, a letter never in two of them', () => {
  const text = `${'ü'.repeat(22)}a${'😀'.repeat(12)}`
  const words = encodeWords(text).split(' ')
  expect(words.length).toBeGreaterThan(1)
  expect(words.every((word) => word.length <= 75)).toBe(true)
  // 45 bytes fill a word: 22 letters of two and one of one.
  expect(words[0]).toBe(`=?UTF-8?B?${Buffer.from(`${'ü'.repeat(22)}a`).toString('base64')}?=`)
  const read = words.map((word) => Buffer.from(word.slice(10, -2), 'base64').toString())
  expect(read.join('')).toBe(text)
})

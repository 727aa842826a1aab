import { expect, test } from 'vitest'
import { domainOf, normalAddress } from '../../src/domain/address.ts'

const long = (length: number) => 'a'.repeat(length)

test.each([
  ['a@example.com', 'a@example.com'],
  ['  a@example.com\t', 'a@example.com'],
  ['Ada.Lovelace@Example.COM', 'ada.lovelace@example.com'],
  ['ada+news@example.com', 'ada+news@example.com'],
  ["o'brien@example.com", "o'brien@example.com"],
  ['!#$%&*+/=?^_`{|}~-@example.com', '!#$%&*+/=?^_`{|}~-@example.com'],
  ['a@sub.sub.example.co.uk', 'a@sub.sub.example.co.uk'],
  ['a@bücher.example', 'a@xn--bcher-kva.example'],
  ['a@BÜCHER.example', 'a@xn--bcher-kva.example'],
  ['a@xn--bcher-kva.example', 'a@xn--bcher-kva.example'],
  ['a@例え.テスト', 'a@xn--r8jz45g.xn--zckzah'],
  ['a@example。com', 'a@example.com'],
  ['a@ｅｘａｍｐｌｅ.com', 'a@example.com'],
  ['a@1-2.example.com', 'a@1-2.example.com'],
  [`${long(64)}@example.com`, `${long(64)}@example.com`],
  [`a@${long(63)}.com`, `a@${long(63)}.com`],
])('%j is %j in normal form', (raw, normal) => {
  expect(normalAddress(raw)).toBe(normal)
})

const ATTACKS = [
  // Nothing, or parts of an address.
  '',
  ' ',
  '@',
  'a',
  'a@',
  '@example.com',
  'example.com',
  'a@b',
  'a@.com',
  'a@example.',
  'a@example.com.',
  'a@example..com',
  'a@com',
  // Several addresses where one is meant.
  'a@evil.com@example.com',
  'a@example.com,b@evil.com',
  'a@example.com;b@evil.com',
  'a@example.com b@evil.com',
  'a,b@example.com',
  '<a@example.com>',
  'A <a@example.com>',
  '<a@example.com',
  'a@example.com>',
  'group:a@example.com;',
  // Quoted local parts: parsers differ on what they name.
  '"a"@example.com',
  '"a@evil.com x"@example.com',
  '"a@evil.com,"@example.com',
  '"a\\"@evil.com"@example.com',
  '" "@example.com',
  '"a b"@example.com',
  // Comments, routes and escapes.
  'a(comment)@example.com',
  'a@(comment)example.com',
  'a@example.com(comment)',
  '(a)b@example.com',
  '@evil.com:a@example.com',
  'a\\@evil.com@example.com',
  'a%evil.com@',
  // Dots where none may be.
  '.a@example.com',
  'a.@example.com',
  'a..b@example.com',
  // Lines and control characters.
  'a@example.com\r\nBcc: b@evil.com',
  'a\r\nBcc:b@example.com',
  'a@example.com\nb',
  'a\u0000@example.com',
  'a@exam\u0000ple.com',
  'a@example.com\u0000',
  'a\u2028@example.com',
  'a\t@example.com',
  'a b@example.com',
  'a@exam ple.com',
  // Letters that SES cannot carry left of the @.
  'jürgen@example.com',
  'а@example.com',
  'a＠example.com',
  'a\u200b@example.com',
  'a\u202eb@example.com',
  // What a URL parser would make something else of.
  'a@127.0.0.1',
  'a@[127.0.0.1]',
  'a@[IPv6:::1]',
  'a@0x7f.1',
  'a@2130706433',
  'a@017700000001',
  'a@1.2.3.4.',
  'a@example.com:25',
  'a@example.com/path',
  'a@example.com?x=y',
  'a@example.com#x',
  'a@evil.com\\@example.com',
  'a@%65xample.com',
  'a@user:pass@example.com',
  'a@example.com|b',
  'a@exam^ple.com',
  // Labels that no host has.
  'a@-example.com',
  'a@example-.com',
  'a@exam_ple.com',
  'a@example.c',
  'a@example.1om',
  'a@xn--.com',
  'a@xn--a-\u0000.com',
  `a@${long(64)}.com`,
  `a@${`${long(60)}.`.repeat(5)}com`,
  `${long(65)}@example.com`,
  `${long(60)}@${`${long(60)}.`.repeat(3)}${long(20)}.com`,
]

test.each(ATTACKS)('%j is no address', (raw) => {
  expect(normalAddress(raw)).toBeNull()
})

test('at least 64 attacks are tried', () => {
  expect(new Set(ATTACKS).size).toBeGreaterThanOrEqual(64)
})

test('a normal form is its own normal form', () => {
  for (const raw of ['A@Bücher.example', 'x+Y@EXAMPLE.org']) {
    const normal = normalAddress(raw)
    expect(normal).not.toBeNull()
    expect(normalAddress(normal ?? '')).toBe(normal)
  }
})

test('the domain is what stands behind the last @', () => {
  expect(domainOf('ada@example.com')).toBe('example.com')
})

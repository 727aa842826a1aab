import { expect, test } from 'vitest'
import { domainOf, normalAddress } from '../../src/domain/address.ts'
import attacks from '../attacks/addresses.json' with { type: 'json' }
import { text } from '../attacks/placeholders.ts'

const long = (length: number) => 'a'.repeat(length)

/** 254 characters, as many as a path holds (RFC 5321 section 4.5.3.1). */
const LONGEST = `${long(61)}@${`${long(62)}.`.repeat(3)}com`

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
  [LONGEST, LONGEST],
])('%j is %j in normal form', (raw, normal) => {
  expect(normalAddress(raw)).toBe(normal)
})

test.each(attacks.map((raw) => text(raw, new Map())))('%j is no address', (raw) => {
  expect(normalAddress(raw)).toBeNull()
})

test('one character more than the longest is too long', () => {
  expect(LONGEST).toHaveLength(254)
  expect(normalAddress(`a${LONGEST}`)).toBeNull()
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

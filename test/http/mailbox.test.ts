import { expect, test } from 'vitest'
import { displayed, displayedHeader, parseMailbox } from '../../src/http/mailbox.ts'

test.each([
  ['a@x.dev', 'a@x.dev', null],
  ['<a@x.dev>', 'a@x.dev', null],
  ['  Ada  <A@X.dev> ', 'a@x.dev', 'Ada'],
  ['Ada Lovelace <a@x.dev>', 'a@x.dev', 'Ada Lovelace'],
  ['Ada <a@bücher.example>', 'a@xn--bcher-kva.example', 'Ada'],
  ['"Lovelace, Ada" <a@x.dev>', 'a@x.dev', 'Lovelace, Ada'],
  ['"Recipient 2, OK?" <a@x.dev>', 'a@x.dev', 'Recipient 2, OK?'],
  ['"say \\"hi\\"" <a@x.dev>', 'a@x.dev', 'say "hi"'],
  ['"a<b@x.dev>" <c@x.dev>', 'c@x.dev', 'a<b@x.dev>'],
  ['"b@x.dev" <a@x.dev>', 'a@x.dev', 'b@x.dev'],
  ['=?utf-8?b?U8OpbmRlcg==?= <a@x.dev>', 'a@x.dev', 'Sénder'],
  ['=?UTF-8?Q?S=C3=A9nder=2C_Inc=2E?= <a@x.dev>', 'a@x.dev', 'Sénder, Inc.'],
  ['=?iso-8859-1?q?J=FCrgen?= =?iso-8859-1?q?_M?= <a@x.dev>', 'a@x.dev', 'Jürgen M'],
  ["O'Brien <a@x.dev>", 'a@x.dev', "O'Brien"],
  ['Jürgen Müller <a@x.dev>', 'a@x.dev', 'Jürgen Müller'],
])('%j is %s, named %j', (entry, address, name) => {
  expect(parseMailbox(entry)).toEqual({ address, name })
})

test.each([
  '',
  ' ',
  'Ada',
  '<>',
  'Ada <>',
  'a@x.dev, b@x.dev',
  'a@x.dev; b@x.dev',
  'a@x.dev b@x.dev',
  '<a@x.dev> <b@x.dev>',
  '<a@x.dev>, <b@x.dev>',
  'Ada <a@x.dev> b@x.dev',
  'a@x.dev <b@x.dev',
  'Acme, Inc. <a@x.dev>',
  'us: a@x.dev;',
  'us: a@x.dev, b@x.dev;',
  'undisclosed:;',
  '"a@evil.dev x"@x.dev',
  '"a@evil.dev, x"@x.dev',
  '"<a@evil.dev>"@x.dev',
  'Ada <"a b"@x.dev>',
  'Ada <a@x.dev> (comment)',
  'a@x.dev (comment)',
  'Ada <a@(c)x.dev>',
  'Ada <@evil.dev:a@x.dev>',
  'Ada <a@x.dev>>',
  'Ada <<a@x.dev>>',
  'Ada <a@x.dev\n>',
  'Ada\r\nBcc: b@x.dev <a@x.dev>',
  '=?utf-8?b?YQ0KQmNjOiBiQGV2aWwuZGV2?= <a@x.dev>',
  '=?utf-8?q?a=00b?= <a@x.dev>',
  `${'n'.repeat(321)} <a@x.dev>`,
  `${'<'.repeat(5000)}a@x.dev`,
])('%j is not one mailbox', (entry) => {
  expect(parseMailbox(entry)).toBeNull()
})

test.each([
  [{ address: 'a@x.dev', name: null }, 'a@x.dev'],
  [{ address: 'a@x.dev', name: 'Jürgen Müller' }, 'Jürgen Müller <a@x.dev>'],
  [{ address: 'a@x.dev', name: 'a "b", c\\d' }, '"a \\"b\\", c\\\\d" <a@x.dev>'],
])('%j is shown as %j and read as itself', (mailbox, text) => {
  expect(displayed(mailbox)).toBe(text)
  expect(parseMailbox(text)).toEqual(mailbox)
})

test('a header in ASCII is shown as people write it', () => {
  expect(displayedHeader('=?UTF-8?B?U8OpbmRlciwgSW5jLg==?= <a@x.dev>')).toBe(
    '"Sénder, Inc." <a@x.dev>',
  )
})

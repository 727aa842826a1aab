import { expect, test } from 'vitest'
import { type BadEmail, tried } from '../support/refused.ts'

const addresses = (n: number) => Array.from({ length: n }, (_, i) => `a${i}@customer.dev`)

const BAD: BadEmail[] = [
  ['no from', { from: undefined }, 'missing_required_field', '`from`'],
  ['an empty from', { from: '' }, 'missing_required_field', '`from`'],
  ['two senders', { from: 'a@acme.dev, b@acme.dev' }, 'invalid_from_address', '`from`'],
  ['a from without address', { from: 'Acme' }, 'invalid_from_address', '`from`'],
  ['a list of senders', { from: ['a@acme.dev'] }, 'validation_error', '`from`'],
  [
    'a line break in from',
    { from: 'A\r\nBcc: x@y.dev <a@acme.dev>' },
    'invalid_from_address',
    '`from`',
  ],
  [
    'an encoded line break in a name',
    { from: '=?utf-8?b?YQ0KQmNjOiBiQGV2aWwuZGV2?= <a@acme.dev>' },
    'invalid_from_address',
    '`from`',
  ],
  ['no to', { to: undefined }, 'missing_required_field', '`to`'],
  ['an empty to', { to: [] }, 'missing_required_field', '`to`'],
  ['only bcc', { to: undefined, bcc: 'a@customer.dev' }, 'missing_required_field', '`to`'],
  ['a number as to', { to: 5 }, 'validation_error', '`to`'],
  ['a list with a number', { to: ['a@customer.dev', 5] }, 'validation_error', '`to`'],
  [
    'a bad address',
    { to: 'nobody' },
    'validation_error',
    'Invalid `to` field. The email address needs to follow the `email@example.com`',
  ],
  ['a second bad address', { to: ['a@customer.dev', 'b@'] }, 'validation_error', '`to[1]`'],
  [
    'two mailboxes in an entry',
    { to: 'a@customer.dev, b@customer.dev' },
    'validation_error',
    '`to`',
  ],
  ['a quoted local part', { to: '"a@evil.dev x"@customer.dev' }, 'validation_error', '`to`'],
  ['two angle addresses', { to: '<a@customer.dev> <b@evil.dev>' }, 'validation_error', '`to`'],
  ['a group', { to: 'us: a@customer.dev;' }, 'validation_error', '`to`'],
  ['a bad cc', { cc: ['x'] }, 'validation_error', '`cc`'],
  ['a bad reply_to', { reply_to: 'x' }, 'validation_error', '`reply_to`'],
  ['51 recipients', { to: addresses(51) }, 'validation_error', '`to`'],
  [
    '51 over all',
    { to: addresses(20), cc: addresses(20), bcc: addresses(11) },
    'validation_error',
    '`to`',
  ],
]

test.each(BAD)('%s is refused by name and writes nothing', async (_, fields, name, named) => {
  expect(await tried(fields)).toEqual({
    status: 422,
    json: { statusCode: 422, name, message: expect.stringContaining(named) },
    wrote: false,
  })
})

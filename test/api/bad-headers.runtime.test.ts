import { expect, test } from 'vitest'
import { type BadEmail, tried } from '../support/refused.ts'

const headers = (n: number) =>
  Object.fromEntries(Array.from({ length: n }, (_, i) => [`X-H${i}`, 'v']))

const BAD: BadEmail[] = [
  ['headers as a string', { headers: 'X: y' }, 'validation_error', '`headers`'],
  ['headers as a full list', { headers: ['X'] }, 'validation_error', '`headers`'],
  [
    'a line break in a header',
    { headers: { 'X-A': 'b\r\nBcc: c@evil.dev' } },
    'validation_error',
    '`headers.X-A`',
  ],
  [
    'a line break in a header name',
    { headers: { 'X-A\r\nBcc': 'c' } },
    'validation_error',
    '`headers.X-A??Bcc`',
  ],
  ['a colon in a header name', { headers: { 'X:A': 'c' } }, 'validation_error', '`headers.X:A`'],
  ['an empty header name', { headers: { '': 'c' } }, 'validation_error', '`headers.'],
  [
    'an endless header name',
    { headers: { ['X'.repeat(127)]: 'c' } },
    'validation_error',
    '`headers.X',
  ],
  [
    'an endless header',
    { headers: { 'X-A': 'b'.repeat(871) } },
    'validation_error',
    '`headers.X-A`',
  ],
  ['a header beyond ASCII', { headers: { 'X-A': 'ü' } }, 'validation_error', '`headers.X-A`'],
  ['an object as header', { headers: { 'X-A': {} } }, 'validation_error', '`headers'],
  ['16 headers', { headers: headers(16) }, 'validation_error', '`headers`'],
  ...[
    'To',
    'bcc',
    'CC',
    'From',
    'Sender',
    'Return-Path',
    'Date',
    'Message-ID',
    'MIME-Version',
    'Content-Type',
    'DKIM-Signature',
    'ARC-Seal',
    'Received',
    'X-SES-CONFIGURATION-SET',
  ].map((name): BadEmail => [
    `a ${name} header`,
    { headers: { [name]: 'a@customer.dev' } },
    'validation_error',
    `\`headers.${name}\``,
  ]),
  [
    'a bad Reply-To header',
    { headers: { 'Reply-To': 'x' } },
    'validation_error',
    '`headers.Reply-To`',
  ],
  [
    'a senseless priority header',
    { headers: { 'X-Aerogram-Priority': 'now' } },
    'validation_error',
    '`headers.X-Aerogram-Priority`',
  ],
  [
    'a senseless switch',
    { headers: { 'X-Aerogram-Pixel': 'maybe' } },
    'validation_error',
    '`headers.X-Aerogram-Pixel`',
  ],
]

test.each(BAD)('%s is refused by name and writes nothing', async (_, fields, name, named) => {
  expect(await tried(fields)).toEqual({
    status: 422,
    json: { statusCode: 422, name, message: expect.stringContaining(named) },
    wrote: false,
  })
})

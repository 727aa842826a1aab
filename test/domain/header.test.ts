import { expect, test } from 'vitest'
import { headerFault } from '../../src/domain/header.ts'

test.each([
  'X-Entity-Ref-ID',
  'X-Metadata',
  'In-Reply-To',
  'References',
  'List-Unsubscribe',
  'List-Unsubscribe-Post',
  'Precedence',
  'Auto-Submitted',
])('a caller may set %s', (name) => {
  expect(headerFault({ name, value: 'x' })).toBeNull()
})

test.each([
  'To',
  'CC',
  'bcc',
  'From',
  'Sender',
  'Return-Path',
  'Date',
  'Message-ID',
  'MIME-Version',
  'Content-Type',
  'content-transfer-encoding',
  'DKIM-Signature',
  'ARC-Message-Signature',
  'Received',
  'X-SES-MESSAGE-TAGS',
  'Resent-To',
  '',
  'X Y',
  'X:Y',
  'X\r\nY',
  'Ü',
  'X\u0000',
])('a caller may not set %j', (name) => {
  expect(headerFault({ name, value: 'x' })).not.toBeNull()
})

test.each(['', 'a\r\nb', 'a\nb', 'a\tb', 'a\u0000', 'ü', 'x'.repeat(871)])(
  'no header holds %j',
  (value) => {
    expect(headerFault({ name: 'X-A', value })).not.toBeNull()
  },
)

test('a name of 126 characters and a value of 870 are the longest', () => {
  expect(headerFault({ name: 'X'.repeat(126), value: 'x'.repeat(870) })).toBeNull()
  expect(headerFault({ name: 'X'.repeat(127), value: 'x' })).toContain('1 to 126')
  expect(headerFault({ name: 'X', value: 'x'.repeat(871) })).toContain('1 to 870')
  expect(headerFault({ name: 'Bcc', value: 'x' })).toContain('not for callers')
})

test('only what begins like a family of ours is one of it', () => {
  expect(headerFault({ name: 'X-Content-Note', value: 'x' })).toBeNull()
})

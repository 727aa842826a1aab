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

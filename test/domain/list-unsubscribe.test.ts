import { expect, test } from 'vitest'
import { headerFault } from '../../src/domain/header.ts'
import { listUnsubscribe } from '../../src/domain/list-unsubscribe.ts'

test('the two headers of RFC 8058, List-Unsubscribe first', () => {
  const headers = listUnsubscribe('https://mail.example.com/u/k1.abc')
  expect(headers).toEqual([
    { name: 'List-Unsubscribe', value: '<https://mail.example.com/u/k1.abc>' },
    { name: 'List-Unsubscribe-Post', value: 'List-Unsubscribe=One-Click' },
  ])
  expect(headers.map(headerFault)).toEqual([null, null])
})

import { expect, test } from 'vitest'
import { maskedAddress } from '../../src/domain/masked-address.ts'

test.each([
  ['ada@example.com', 'a***@example.com'],
  ['ada+news.of-the-week@mail.example.com', 'a***@mail.example.com'],
  ['ab@example.com', 'a***@example.com'],
  ['a@example.com', '***@example.com'],
  ["<'&@xn--bcher-kva.example", '<***@xn--bcher-kva.example'],
])('%s is shown as %s', (address, shown) => {
  expect(maskedAddress(address)).toBe(shown)
})

import { expect, test } from 'vitest'
import { recipientValues } from '../../src/domain/recipient-values.ts'

const ADDRESS = 'ada@customer.dev'
const values = (name: string | null, variables: Record<string, unknown> | null = null) =>
  recipientValues({
    address: ADDRESS,
    name,
    variables: variables === null ? null : JSON.stringify(variables),
  })

test('address and name are there in small letters and in capitals', () => {
  expect(values('Ada King Lovelace')).toEqual({
    email: ADDRESS,
    EMAIL: ADDRESS,
    name: 'Ada King Lovelace',
    NAME: 'Ada King Lovelace',
    first_name: 'Ada',
    FIRST_NAME: 'Ada',
    last_name: 'King Lovelace',
    LAST_NAME: 'King Lovelace',
  })
})

test('who has no name has none of its parts', () => {
  expect(values(null)).toEqual({ email: ADDRESS, EMAIL: ADDRESS })
})

test('what was uploaded in small letters is there in capitals, and outranks the name', () => {
  expect(values('Ada Lovelace', { first_name: 'A.', Plan: 'gold' })).toMatchObject({
    first_name: 'A.',
    FIRST_NAME: 'A.',
    LAST_NAME: 'Lovelace',
    Plan: 'gold',
  })
  expect(values(null, { plan: 'gold', PLAN: 'GOLD' })).toMatchObject({ plan: 'gold', PLAN: 'GOLD' })
})

import { expect, test } from 'vitest'
import { csvColumns, csvRecipient, jsonLine } from '../../src/domain/recipient-line.ts'

const line = (fields: Record<string, unknown>) => jsonLine(JSON.stringify(fields))
const email = 'ada@customer.dev'
const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) })

test.each([
  [{ email }, { address: email, name: null, variables: null }],
  [
    { email, name: null, variables: null },
    { address: email, name: null, variables: null },
  ],
  [{ email: 'a@Bücher.dev' }, { address: 'a@xn--bcher-kva.dev', name: null, variables: null }],
  [{ email: ' ADA@customer.dev ' }, { address: email, name: null, variables: null }],
  [
    { email, name: ' Ada\t\t Lovelace ' },
    { address: email, name: 'Ada Lovelace', variables: null },
  ],
  [
    { email, name: 'Ada   Lovelace' },
    { address: email, name: 'Ada Lovelace', variables: null },
  ],
  [
    { email, name: '  ' },
    { address: email, name: null, variables: null },
  ],
  [
    { email, name: 'n'.repeat(320) },
    { address: email, name: 'n'.repeat(320), variables: null },
  ],
  [
    { email, variables: {} },
    { address: email, name: null, variables: '{}' },
  ],
  [
    { email, name: 'Ada', variables: { a: 1, b: null, c: [true, 'x', null], d: { e: 'f' } } },
    { address: email, name: 'Ada', variables: '{"a":1,"c":[true,"x",null],"d":{"e":"f"}}' },
  ],
  [
    { email, variables: { ['k'.repeat(100)]: 1 } },
    { address: email, name: null, variables: `{"${'k'.repeat(100)}":1}` },
  ],
  [
    { email, variables: { a: 'x'.repeat(65_528) } },
    { address: email, name: null, variables: `{"a":"${'x'.repeat(65_528)}"}` },
  ],
])('the line %j is a recipient', (fields, recipient) => {
  expect(line(fields)).toEqual({ recipient })
})

test.each([
  ['', 'it is not a JSON object'],
  ['null', 'it is not a JSON object'],
  ['[]', 'it is not a JSON object'],
  ['"a@b.dev"', 'it is not a JSON object'],
  ['{"email":', 'it is not a JSON object'],
  ['{}', 'it has no email'],
  ['{"email":null}', 'it has no email'],
  ['{"email":5}', 'its email is not a string'],
  ['{"email":"nobody"}', 'its email is not an address that mail can be sent to'],
  ['{"email":"a@b.dev","name":5}', 'its name is not a string'],
  ['{"email":"a@b.dev","name":"a\\u0000b"}', 'its name is not at most 320 characters on one line'],
  ['{"email":"a@b.dev","name":"a\\ud800"}', 'its name is not at most 320 characters on one line'],
  ['{"email":"a@b.dev","variables":5}', 'its variables are not an object'],
  ['{"email":"a@b.dev","variables":[]}', 'its variables are not an object'],
  ['{"email":"a@b.dev","variables":{"a":"\\u0000"}}', 'a variable is not plain text'],
  ['{"email":"a@b.dev","variables":{"a":["\\ud800"]}}', 'a variable is not plain text'],
])('the line %s is none: %s', (text, fault) => {
  expect(jsonLine(text)).toEqual({ fault })
})

const NAME = 'the name of a variable is not 1 to 100 characters without quotes'
test.each([
  [{ '': 1 }, NAME],
  [{ ['k'.repeat(101)]: 1 }, NAME],
  [{ 'a"b': 1 }, NAME],
  [{ 'a\ud800': 1 }, NAME],
  [{ a: { '': 1 } }, NAME],
])('variables named %j are refused', (variables, fault) => {
  expect(line({ email, variables })).toEqual({ fault })
})

test('a name, variables and their depth have their ends', () => {
  expect(line({ email, name: 'n'.repeat(321) })).toHaveProperty('fault')
  expect(line({ email, variables: { a: 'x'.repeat(65_529) } })).toEqual({
    fault: 'its variables take more than 65536 characters',
  })
  expect(line({ email, variables: nested(8) })).toHaveProperty('recipient')
  expect(line({ email, variables: nested(9) })).toEqual({
    fault: 'its variables are nested deeper than 8',
  })
})

test.each([
  [['email'], { email: 0, name: null, variables: [] }],
  [[' Name ', ' E-Mail', 'EMAIL'], { email: 2, name: 0, variables: [{ name: 'E-Mail', at: 1 }] }],
  [
    ['email', 'City', '', '', 'plan'],
    {
      email: 0,
      name: null,
      variables: [
        { name: 'City', at: 1 },
        { name: 'plan', at: 4 },
      ],
    },
  ],
  [['x', 'name', 'email'], { email: 2, name: 1, variables: [{ name: 'x', at: 0 }] }],
])('the header row %j tells what each column is', (header, columns) => {
  expect(csvColumns(header)).toEqual(columns)
})

test.each([
  [[], 'The header row names no column `email`.'],
  [['e-mail', 'name'], 'The header row names no column `email`.'],
  [['email', 'city', 'city'], 'The header row names a column twice: `city`.'],
  [['email', 'Email'], 'The header row names a column twice: `email`.'],
])('the header row %j is none: %s', (header, fault) => {
  expect(csvColumns(header)).toEqual({ fault })
})

const COLUMNS = {
  email: 0,
  name: 1,
  variables: [
    { name: 'city', at: 2 },
    { name: 'plan', at: 3 },
  ],
}
test.each([
  [
    [' a@b.dev ', 'Ada', 'Rome', 'free'],
    { address: 'a@b.dev', name: 'Ada', variables: '{"city":"Rome","plan":"free"}' },
  ],
  [['a@b.dev', '', '', 'free'], { address: 'a@b.dev', name: null, variables: '{"plan":"free"}' }],
  [['a@b.dev', 'Ada', '', ''], { address: 'a@b.dev', name: 'Ada', variables: null }],
  [['a@b.dev'], { address: 'a@b.dev', name: null, variables: null }],
])('the record %j is a recipient', (cells, recipient) => {
  expect(csvRecipient(cells, COLUMNS)).toEqual({ recipient })
})

test('a record without an email is none, and without a column for it there is no name', () => {
  for (const cells of [[], [' ', 'Ada']]) {
    expect(csvRecipient(cells, COLUMNS)).toEqual({ fault: 'it has no email' })
  }
  expect(csvRecipient(['a@b.dev', 'Ada'], { ...COLUMNS, name: null })).toMatchObject({
    recipient: { name: null },
  })
})

import { expect, test } from 'vitest'
import {
  templateValues,
  variableFault,
  variableKeyFault,
  type VariableType,
} from '../../src/domain/template-variables.ts'

test.for([
  ['ORDER', true],
  ['a_1', true],
  ['A'.repeat(50), true],
  ['A'.repeat(51), false],
  ['', false],
  ['a-b', false],
  ['é', false],
  ['FIRST_NAME', false],
  ['RESEND_UNSUBSCRIBE_URL', false],
  ['contact', false],
  ['this', false],
] satisfies [string, boolean][])('%j may be a key: %j', ([key, may]) => {
  expect(variableKeyFault(key) === null).toBe(may)
})

test.for([
  ['string', 'x'.repeat(2000), true],
  ['string', 'x'.repeat(2001), false],
  ['string', 1, false],
  ['number', 2 ** 53 - 1, true],
  ['number', -(2 ** 53 - 1), true],
  ['number', 2 ** 53, false],
  ['number', -(2 ** 53), false],
  ['number', Number.NaN, false],
  ['number', '1', false],
  ['boolean', false, true],
  ['boolean', 0, false],
  ['object', { a: 1 }, true],
  ['object', [], false],
  ['list', [1], true],
  ['list', {}, false],
] satisfies [VariableType, unknown, boolean][])('a %s may be %j: %j', ([type, value, may]) => {
  expect(variableFault(type, value) === null).toBe(may)
})

const DECLARED = [
  { key: 'ORDER', type: 'string' as const, fallback_value: null },
  { key: 'TOTAL', type: 'number' as const, fallback_value: 7 },
  { key: 'NOTE', type: 'string' as const, fallback_value: '' },
]

test.for([
  [{}, { TOTAL: 7, NOTE: [] }],
  [
    { ORDER: 'A', TOTAL: 1, more: true },
    { ORDER: 'A', TOTAL: 1, NOTE: [], more: true },
  ],
  [
    { ORDER: ' ', TOTAL: null, NOTE: '' },
    { TOTAL: 7, NOTE: [] },
  ],
] satisfies [object, object][])('%j over the fallbacks is %j', ([given, values]) => {
  expect(templateValues(DECLARED, { ...given })).toEqual({ values })
})

test.for([
  [{ ORDER: 1 }, 'ORDER'],
  [{ TOTAL: '1' }, 'TOTAL'],
  [{ more: 'x'.repeat(2001) }, 'more'],
  [{ EMAIL: 'a' }, 'EMAIL'],
] satisfies [object, string][])('%j is refused for %s', ([given, key]) => {
  expect(templateValues(DECLARED, { ...given })).toMatchObject({ key })
})

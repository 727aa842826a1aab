import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { exceededBound } from '../../src/http/json-bounds.ts'

const BOUNDS = { depth: 3, containers: 5, strings: 4, values: 6 }

test.each([
  ['[[[]]]', null],
  ['[[[[]]]]', 'depth'],
  ['{"a":{"b":[{}]}}', 'depth'],
  ['[[],[],[],[]]', null],
  ['[[],[],[],[],[]]', 'containers'],
  ['["a","b","c","d"]', null],
  ['["a","b","c","d","e"]', 'strings'],
  ['{"a":"b","c":"d","e":1}', 'strings'],
  ['[1,2,3,4,5,6,7]', null],
  ['[1,2,3,4,5,6,7,8]', 'values'],
  ['"[[[[[[["', null],
  ['"a\\"[[[[[["', null],
  ['"a\\\\"', null],
  ['["\\\\\\"[[[[[",1]', null],
  ['"never ends [[[[[[', null],
])('%s exceeds %s', (json, bound) => {
  expect(exceededBound(json, BOUNDS)).toBe(bound)
})

test('whatever JSON is within generous bounds passes', () => {
  const generous = { depth: 100, containers: 10_000, strings: 10_000, values: 10_000 }
  fc.assert(
    fc.property(fc.json(), (json) => {
      expect(exceededBound(json, generous)).toBeNull()
    }),
  )
})

test('depth is counted as the parser sees it', () => {
  const depthOf = (value: unknown): number =>
    typeof value === 'object' && value !== null
      ? 1 + Math.max(0, ...Object.values(value).map(depthOf))
      : 0
  fc.assert(
    fc.property(fc.json(), (value) => {
      const json = `[${value}]`
      const depth = depthOf(JSON.parse(json))
      const wide = { containers: 10_000, strings: 10_000, values: 10_000 }
      expect(exceededBound(json, { ...wide, depth })).toBeNull()
      expect(exceededBound(json, { ...wide, depth: depth - 1 })).toBe('depth')
    }),
  )
})

test('40 MB of one string are skipped at once', () => {
  const json = `["${'A'.repeat(40_000_000)}"]`
  const start = performance.now()
  expect(exceededBound(json, BOUNDS)).toBeNull()
  expect(performance.now() - start).toBeLessThan(500)
})

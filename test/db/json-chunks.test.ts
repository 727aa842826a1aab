import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonChunks } from '../../src/db/json-chunks.ts'

test('rows come out as they went in, in lists of at most 1 MB', () => {
  const rows = fc.array(
    fc.record({ text: fc.string({ unit: 'grapheme' }), times: fc.nat(60_000) }),
    {
      maxLength: 40,
    },
  )
  fc.assert(
    fc.property(rows, (given) => {
      const long = given.map(({ text, times }) => text.repeat(times / 20).slice(0, 300_000))
      const chunks = jsonChunks(long)
      expect(chunks.flatMap((chunk): unknown => JSON.parse(chunk))).toEqual(long)
      for (const chunk of chunks) {
        const bytes = new TextEncoder().encode(chunk).length
        expect(bytes <= 1_000_001 || JSON.parse(chunk).length === 1).toBe(true)
      }
    }),
    { numRuns: 30 },
  )
})

test('no rows, no statement', () => {
  expect(jsonChunks([])).toEqual([])
})

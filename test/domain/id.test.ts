import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { firstIdAt, madeAt, UUID, uuidv7 } from '../../src/domain/id.ts'
import { NOW } from '../support/lifecycle.ts'

const bytes = fc.uint8Array({ minLength: 8, maxLength: 8 })
const time = fc.integer({ min: 0, max: 2 ** 48 - 1 })
const counter = fc.integer({ min: 0, max: 0xfff })

test('an id is a lower-case UUID of version 7 and variant 10 that keeps its time', () => {
  fc.assert(
    fc.property(time, counter, bytes, (at, n, random) => {
      const id = uuidv7(at, n, random)
      expect(id).toMatch(UUID)
      expect(id).toMatch(/^.{8}-.{4}-7.{3}-[89ab].{3}-.{12}$/)
      expect(madeAt(id)).toBe(at)
      expect(Number.parseInt(id.slice(15, 18), 16)).toBe(n)
    }),
  )
})

test('ids of one call stand in the order they were made, whatever the random bytes', () => {
  fc.assert(
    fc.property(time, counter, counter, bytes, bytes, (at, a, b, one, two) => {
      fc.pre(a < b)
      expect(uuidv7(at, a, one) < uuidv7(at, b, two)).toBe(true)
    }),
  )
})

test('a later id is the greater one', () => {
  fc.assert(
    fc.property(time, time, counter, counter, bytes, bytes, (a, b, n, m, one, two) => {
      fc.pre(a < b)
      expect(uuidv7(a, n, one) < uuidv7(b, m, two)).toBe(true)
    }),
  )
})

test('no id of a moment is smaller than its first', () => {
  fc.assert(
    fc.property(time, counter, bytes, (at, n, random) => {
      expect(firstIdAt(at) <= uuidv7(at, n, random)).toBe(true)
      expect(at === 0 || uuidv7(at - 1, n, random) < firstIdAt(at)).toBe(true)
    }),
  )
})

test('the 62 random bits are kept', () => {
  const id = uuidv7(NOW, 0xabc, Uint8Array.of(0xff, 1, 2, 3, 4, 5, 6, 7))
  expect(id.slice(14)).toBe('7abc-bf01-020304050607')
})

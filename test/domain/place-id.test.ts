import { expect, test } from 'vitest'
import { UUID } from '../../src/domain/id.ts'
import { placeOf, uuidOfPlace } from '../../src/domain/place-id.ts'

test('a place in a list has an id that leads back to it', () => {
  for (const place of [0, 1, 255, 1_000_000]) {
    expect(uuidOfPlace(place)).toMatch(UUID)
    expect(placeOf(uuidOfPlace(place))).toBe(place)
  }
  expect(placeOf('78261eea-8f8b-4381-83c6-79fa7120f1cf')).toBeNull()
})

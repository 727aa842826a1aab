import { expect, test } from 'vitest'
import { demoWaves } from '../../src/cli/demo/mix.ts'

test('a seed always gives the same emails, each request its own key', () => {
  const waves = demoWaves(1000, 7)
  expect(demoWaves(1000, 7)).toEqual(waves)
  expect(demoWaves(1000, 8)).not.toEqual(waves)
  const requests = waves.flat()
  expect(requests.flatMap(({ emails }) => emails)).toHaveLength(1000)
  expect(new Set(requests.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(requests.length)
})

test('the second wave writes again to addresses of the first, those that bounced among them', () => {
  const [first, second] = demoWaves(200, 7).map((requests) =>
    requests.flatMap(({ emails }) => emails.map(({ to }) => to[0] ?? '')),
  )
  expect(second?.every((address) => first?.includes(address))).toBe(true)
  expect(second?.some((address) => address.startsWith('bounce+'))).toBe(true)
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { webhookEventId, webhookPlace } from '../../src/domain/webhook-place.ts'
import { CONTRACT_TYPES, OUR_TYPES, wants } from '../../src/domain/webhook-types.ts'

const number = (max: number) => fc.integer({ min: 0, max })

test('an event id says where the event stands, and nothing else is one', () => {
  fc.assert(
    fc.property(
      fc.record({ feed: number(1e12), at: number(2e12), key: number(9999), part: number(99) }),
      (place) => {
        const id = webhookEventId(place)
        expect(id).toMatch(/^msg_[0-9a-z_]+$/)
        expect(webhookPlace(id)).toEqual(place)
      },
    ),
  )
})

test.each([
  '',
  'msg_',
  'msg_1_2_3',
  'msg_1_2_3_4_5',
  'msg_01_2_3_4',
  'msg_1_2_3_4 ',
  'evt_1_2_3_4',
])('%j is no event id', (id) => {
  expect(webhookPlace(id)).toBeNull()
})

test('who names no types is told those of the contract and none of ours', () => {
  for (const events of [null, []]) {
    expect(CONTRACT_TYPES.every((type) => wants(events, type))).toBe(true)
    expect(OUR_TYPES.some((type) => wants(events, type))).toBe(false)
  }
})

test('who names types is told just those', () => {
  const events = ['email.sent', 'system.old_doubt']
  const told = [...CONTRACT_TYPES, ...OUR_TYPES].filter((type) => wants(events, type))
  expect(told).toEqual(events)
})

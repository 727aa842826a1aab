import { expect, test } from 'vitest'
import { departures } from '../../src/consumer/departures.ts'

const RATE = 500

function aStation() {
  const clock = { now: 0 }
  const sleep = (ms: number) => {
    clock.now += ms
    return Promise.resolve()
  }
  const { wait, pass } = departures({ lane: { freeAt: 0 }, now: () => clock.now, sleep })
  return {
    clock,
    pass: (recipients: number) => pass({ at: 0, rate: RATE }, recipients),
    leave: async (at: number, recipients = 50): Promise<number> => {
      await wait({ at, rate: RATE }, recipients)
      return clock.now
    },
  }
}

test('a call leaves at its turn', async () => {
  const { leave } = aStation()
  expect([await leave(100), await leave(200), await leave(350)]).toEqual([100, 200, 350])
})

test('one that is late does not meet the next', async () => {
  const { clock, leave } = aStation()
  await leave(100)
  clock.now = 270
  expect([await leave(200), await leave(300), await leave(500)]).toEqual([270, 370, 500])
})

test('calls of one claim leave one after the other, by their size', async () => {
  const { leave } = aStation()
  expect([await leave(100, 10), await leave(100, 50), await leave(100)]).toEqual([100, 120, 220])
})

test('a call that waits for nobody keeps those behind it away', async () => {
  const { clock, leave, pass } = aStation()
  await leave(100)
  clock.now = 150
  pass(5)
  expect(await leave(200)).toBe(210)
})

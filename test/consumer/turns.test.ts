import { expect, test } from 'vitest'
import { turnsOf } from '../../src/consumer/turns.ts'
import type { Grant } from '../../src/governor/pace.ts'

function aGovernor(grants: Omit<Grant, 'at'>[]) {
  const clock = { now: 1_000_000 }
  const asked: number[] = []
  const returned: { recipients: number; at?: number }[] = []
  const governor = {
    async ask({ want }: { want: number }): Promise<Grant> {
      asked.push(want)
      const grant = grants.shift() ?? { granted: 0, waitMs: 300 }
      return { ...grant, at: clock.now + grant.waitMs }
    },
    take: () => Promise.reject(new Error('nobody waits here')),
    async giveBack(back: { recipients: number; at?: number }) {
      returned.push(back)
    },
    report: () => Promise.resolve(),
  }
  return { clock, asked, returned, turns: turnsOf({ governor, now: () => clock.now }) }
}

const now = { granted: 50, waitMs: 0 }
const later = { granted: 50, waitMs: 100 }

test('turns that are to be had at once are one', async () => {
  const { asked, turns } = aGovernor([now, now, { granted: 20, waitMs: 0 }])
  expect(await turns.next(120)).toMatchObject({ recipients: 120 })
  expect(asked).toEqual([50, 50, 20])
})

test('a turn that has to wait stands alone, and the next one follows it', async () => {
  const { turns } = aGovernor([later, { granted: 50, waitMs: 200 }])
  expect(await turns.next(1000)).toMatchObject({ recipients: 50, waitMs: 100 })
  expect(await turns.next(1000)).toMatchObject({ recipients: 50, waitMs: 200 })
})

test('one that has to wait after some that need not is kept for the next time', async () => {
  const { asked, returned, turns, clock } = aGovernor([now, later])
  expect(await turns.next(1000)).toMatchObject({ recipients: 50, at: clock.now })
  expect(await turns.next(1000)).toMatchObject({ recipients: 50, at: clock.now + 100 })
  await turns.end()
  expect([asked.length, returned]).toEqual([2, []])
})

test('what was kept and not needed goes back with its time', async () => {
  const { returned, turns, clock } = aGovernor([now, later])
  await turns.next(1000)
  await turns.end()
  await turns.end()
  expect(returned).toEqual([{ recipients: 50, at: clock.now + 100 }])
})

test('nothing granted tells when to come again', async () => {
  const { turns } = aGovernor([])
  expect(await turns.next(1000)).toMatchObject({ recipients: 0, waitMs: 300 })
})

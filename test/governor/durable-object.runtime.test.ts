import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, expect, test, vi } from 'vitest'
import type { AccountState } from '../../src/domain/account.ts'
import { governorClient } from '../../src/governor/client.ts'
import {
  governorClass,
  type GovernorObject,
  type GovernorWiring,
} from '../../src/governor/durable-object.ts'
import type { Grant } from '../../src/governor/pace.ts'
import { type Departure, excess, total } from './windows.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HIGH = { class: 'high', want: 1, atLeast: 1 } as const
const MANY = { class: 'bulk', want: 50, atLeast: 1 } as const

afterEach(() => {
  vi.restoreAllMocks()
})

function anAccount(differing: Partial<AccountState> = {}): AccountState {
  return {
    maxSendRate: 100,
    max24HourSend: 1000,
    sentLast24Hours: 0,
    sendingEnabled: true,
    enforcementStatus: 'HEALTHY',
    production: true,
    ...differing,
  }
}

/** A Governor of its own wiring on the storage of one real object, started afresh. */
function withGovernor<T>(
  name: string,
  wiring: Partial<GovernorWiring>,
  story: (governor: GovernorObject, ctx: DurableObjectState) => Promise<T>,
): Promise<T> {
  const Governor = governorClass<unknown>(() => ({
    readAccount: () => Promise.resolve(anAccount()),
    share: 1,
    ...wiring,
  }))
  return runInDurableObject(env.GOVERNOR.getByName(name), (_, ctx) =>
    story(new Governor(ctx, env), ctx),
  )
}

test('the first caller makes it read the account, the next one gets its turn', async () => {
  const readAccount = vi.fn<GovernorWiring['readAccount']>(() => Promise.resolve(anAccount()))
  await withGovernor('first caller', { readAccount }, async (governor) => {
    expect(await governor.take(HIGH)).toMatchObject({ granted: 0, reason: 'account unknown' })
    await governor.state()
    expect(await governor.take(HIGH)).toMatchObject({ granted: 1 })
    await governor.take(HIGH)
  })
  expect(readAccount).toHaveBeenCalledTimes(1)
})

test('an account that cannot be read is asked slower and slower, and nothing is granted', async () => {
  const readAccount = vi.fn<GovernorWiring['readAccount']>(() =>
    Promise.reject(new Error('GetAccount was refused: 403')),
  )
  vi.spyOn(console, 'warn').mockReturnValue()
  await withGovernor('unreadable', { readAccount }, async (governor) => {
    expect(await governor.state()).toMatchObject({ account: null, stopped: 'account unknown' })
    expect(await governor.take(HIGH)).toMatchObject({ granted: 0, waitMs: 2 * SECOND })
    await governor.state()
  })
  expect(readAccount).toHaveBeenCalledTimes(1)
})

test('a process that dies after a grant forgets no send, and starts with an empty bucket', async () => {
  const granted = await withGovernor('dies', {}, async (governor) => {
    await governor.state()
    return (await governor.take(MANY)).granted
  })
  expect(granted).toBe(50)
  await evictDurableObject(env.GOVERNOR.getByName('dies'))
  await withGovernor('dies', {}, async (governor) => {
    const state = await governor.state()
    expect(state.quota).toEqual({ limit: 1000, spent: 50, room: 950 })
    expect(state.balance).toBeLessThan(10)
  })
})

test('a stop that a call was told of outlives the process', async () => {
  vi.spyOn(console, 'warn').mockReturnValue()
  const trouble = { type: 'stopped', reason: 'sending is paused', seconds: 60 } as const
  await withGovernor('told to stop', {}, (governor) => governor.report(trouble))
  await withGovernor('told to stop', {}, async (governor) => {
    expect(await governor.state()).toMatchObject({ stopped: 'sending is paused', perMinute: 0 })
    expect((await governor.take(HIGH)).reason).toBe('sending is paused')
  })
})

test('what is given back no longer counts for the quota', async () => {
  await withGovernor('gives back', { share: 0.5 }, async (governor) => {
    await governor.state()
    const { granted, at } = await governor.take(MANY)
    await governor.giveBack({ recipients: granted - 3, at })
    expect((await governor.state()).quota).toEqual({ limit: 500, spent: 3, room: 497 })
  })
})

test('a throttle lowers the rate and has the account read again, at its own rate', async () => {
  vi.spyOn(console, 'warn').mockReturnValue()
  const readAccount = vi.fn<GovernorWiring['readAccount']>(() => Promise.resolve(anAccount()))
  await withGovernor('throttled', { readAccount }, async (governor, ctx) => {
    await governor.state()
    await governor.report({ type: 'throttled' })
    expect(await governor.state()).toMatchObject({ rate: 50, factor: 0.5 })
    expect(readAccount).toHaveBeenCalledTimes(1)
    await governor.take(HIGH)
    const alarmAt = (await ctx.storage.getAlarm()) ?? Infinity
    expect(alarmAt - Date.now()).toBeLessThanOrEqual(SECOND)
    await sleep(SECOND)
    await governor.alarm()
    expect(readAccount).toHaveBeenCalledTimes(2)
    await ctx.storage.deleteAlarm()
  })
})

test('in use it is woken within five minutes, unused it sleeps', async () => {
  await withGovernor('in use', {}, async (governor, ctx) => {
    await governor.state()
    await governor.alarm()
    expect(await ctx.storage.getAlarm()).toBeNull()
    await governor.take(HIGH)
    const alarmAt = (await ctx.storage.getAlarm()) ?? Infinity
    expect(alarmAt - Date.now()).toBeGreaterThan(4 * MINUTE)
    expect(alarmAt - Date.now()).toBeLessThanOrEqual(5 * MINUTE)
    await ctx.storage.deleteAlarm()
  })
})

test('while there is broadcast work it ticks each second, also after a failed release', async () => {
  vi.spyOn(console, 'error').mockReturnValue()
  const release = vi
    .fn<() => Promise<boolean>>()
    .mockResolvedValueOnce(true)
    .mockRejectedValueOnce(new Error('database away'))
    .mockResolvedValueOnce(false)
  await withGovernor('releases', { release }, async (governor, ctx) => {
    await governor.work()
    for (const ticks of [1, 2]) {
      await governor.alarm()
      expect(release).toHaveBeenCalledTimes(ticks)
      const alarmAt = (await ctx.storage.getAlarm()) ?? Infinity
      expect(alarmAt - Date.now()).toBeLessThanOrEqual(SECOND)
    }
    await governor.alarm()
    expect(await ctx.storage.getAlarm()).toBeNull()
    await governor.alarm()
    expect(release).toHaveBeenCalledTimes(3)
  })
})

test('work that comes in while the last release ends is not forgotten', async () => {
  const governors: GovernorObject[] = []
  const release = async () => {
    await governors[0]?.work()
    return false
  }
  await withGovernor('more work', { release }, async (governor, ctx) => {
    governors.push(governor)
    await governor.work()
    await governor.alarm()
    expect(await ctx.storage.getAlarm()).not.toBeNull()
    await ctx.storage.deleteAlarm()
  })
})

test('a process that died in a release ticks on in the next', async () => {
  await withGovernor('died releasing', {}, (governor) => governor.work())
  const release = vi.fn<() => Promise<boolean>>(() => Promise.resolve(false))
  await withGovernor('died releasing', { release }, (governor) => governor.alarm())
  expect(release).toHaveBeenCalledTimes(1)
})

test('a granted turn that lies ahead is waited out before the caller has it', async () => {
  const take = vi.fn<() => Promise<Grant>>(() =>
    Promise.resolve({ granted: 10, waitMs: 120, at: 0, rate: 10 }),
  )
  const before = Date.now()
  vi.spyOn(env.GOVERNOR, 'getByName').mockReturnValue({ take })
  expect(await governorClient(env.GOVERNOR, 'ahead').take(MANY)).toMatchObject({ granted: 10 })
  expect(Date.now() - before).toBeGreaterThanOrEqual(115)
})

test('a Governor that is away grants nothing and hears nothing, and nobody falls over it', async () => {
  vi.spyOn(console, 'warn').mockReturnValue()
  const away = vi.fn<() => Promise<never>>(() =>
    Promise.reject(new Error('Network connection lost.')),
  )
  vi.spyOn(env.GOVERNOR, 'getByName').mockReturnValue({
    take: away,
    giveBack: away,
    report: away,
  })
  const governor = governorClient(env.GOVERNOR, 'away')
  expect(await governor.take(HIGH)).toMatchObject({ granted: 0, reason: 'governor away' })
  await governor.giveBack({ recipients: 1 })
  await governor.report({ type: 'throttled' })
  expect(away).toHaveBeenCalledTimes(3)
})

test('six callers over the wire use the rate, and no window holds more than it allows', async () => {
  const rate = 200
  vi.spyOn(globalThis, 'fetch').mockImplementation(() =>
    Promise.resolve(
      Response.json({
        EnforcementStatus: 'HEALTHY',
        ProductionAccessEnabled: true,
        SendingEnabled: true,
        SendQuota: { Max24HourSend: 50_000, MaxSendRate: rate, SentLast24Hours: 0 },
      }),
    ),
  )
  const governor = governorClient(env.GOVERNOR, 'over the wire')
  await governor.state()
  const start = Date.now()
  const end = start + 4 * SECOND
  const departures: Departure[] = []
  async function caller(): Promise<void> {
    while (Date.now() < end) {
      const grant = await governor.take(MANY)
      if (grant.granted > 0) departures.push({ at: grant.at, recipients: grant.granted })
      await sleep(grant.granted > 0 ? 20 : grant.waitMs)
    }
  }
  await Promise.all(Array.from({ length: 6 }, caller))

  expect(excess(rate, departures)).toBeLessThan(1e-6)
  expect(total(departures.filter(({ at }) => at <= end))).toBeGreaterThan(0.9 * rate * 4)
  await runInDurableObject(env.GOVERNOR.getByName('over the wire'), (_, ctx) =>
    ctx.storage.deleteAlarm(),
  )
})

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

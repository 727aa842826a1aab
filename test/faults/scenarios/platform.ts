import { setTimeout } from 'node:timers/promises'
import type { Strike, Word } from '../driver.ts'
import type { Lab } from '../lab.ts'
import type { Scenario, Size } from '../scenario.ts'
import { driversQueue, pointed, resend } from '../world.ts'

const SECOND = 1000
const LOST: Word = { fail: 'D1_ERROR: Network connection lost.' }
const OVERLOADED: Word = {
  fail: 'D1_ERROR: D1 DB is overloaded. Requests queued for too long.',
}
/** 5 s and 25 s of production, beside a lease of 60. */
const SHORT_STALL_MS = 350
const LONG_STALL_MS = 1700
/** Past the lease of these worlds. */
const ENDLESS_STALL_MS = 6 * SECOND
const OVERLOADED_MS = 5 * SECOND

async function both(lab: Lab, { recipients }: Size): Promise<void> {
  const half = Math.ceil(recipients / 2)
  await lab.together(lab.traffic.send({ emails: half }), lab.traffic.broadcast(half))
}

/** Each query by a throw of the dice. */
function brokenBy({ dice, driver }: Lab): Strike {
  return async (point) => {
    if (!point.startsWith('db ')) return 'go'
    const roll = dice.roll()
    if (roll < 0.04) {
      driver.count(`${point} throws`)
      return LOST
    }
    if (roll < 0.06) {
      driver.count(`${point} stalls`)
      await setTimeout(roll < 0.055 ? SHORT_STALL_MS : LONG_STALL_MS)
    }
    return 'go'
  }
}

export const databaseBreaks: Scenario = {
  name: 'F10',
  says: 'D1 throws before and after its commit, stalls, and is overloaded',
  world: pointed,
  async run(lab, size) {
    lab.driver.strikes(brokenBy(lab))
    await both(lab, size)
    let stalled = 0
    lab.driver.strikes(async (point) => {
      if (!/^(claim|mark|outcome) /.test(point) || stalled >= 3) return 'go'
      stalled += 1
      lab.driver.count(`${point} stalls past the lease`)
      await setTimeout(ENDLESS_STALL_MS)
      return 'go'
    })
    await lab.traffic.send({ emails: Math.ceil(size.recipients / 10) })
    await setTimeout(SECOND)
    lab.driver.strikes(async (point) => (point === 'db before' ? OVERLOADED : 'go'))
    await lab.together(
      lab.traffic.send({ emails: Math.ceil(size.recipients / 10) }),
      liesWhile(lab),
      setTimeout(OVERLOADED_MS).then(() => lab.driver.strikes(null)),
    )
  },
  check: (_, lab) => lab.notes.splice(0),
  settles: 90,
}

/** While D1 is away, nobody may be told that an email was taken. */
async function liesWhile(lab: Lab): Promise<void> {
  await setTimeout(SECOND)
  const email = { from: 'a@example.com', to: 'b@example.com', subject: 'S', text: 'T' }
  const { status } = await lab.traffic.once('/emails', JSON.stringify(email))
  if (status !== 503) lab.notes.push(`without D1 an email was answered ${status}`)
}

export const queueMisbehaves: Scenario = {
  name: 'F11',
  says: 'jobs come twice, late, reversed, torn apart, and some are no jobs at all; workerd dies',
  world: driversQueue,
  async run(lab, size) {
    lab.driver.queues.mischief = {
      dice: lab.dice,
      twice: 0.5,
      lateMs: 1500,
      torn: true,
      change: (body) => body,
    }
    for (const queue of QUEUES) {
      const jobs = POISON.map((body) => ({ body, delaySeconds: 1 }))
      lab.driver.queues.put(`aerogram-local-${queue}`, jobs)
    }
    // A dead letter keeps doubts of its own time open until somebody sees to it, and none of later times.
    await setTimeout(BURIED_MS)
    await lab.together(both(lab, size), lab.killAtRandom(Math.min(size.kills, 2), SECOND))
  },
  check: ({ deadLetters }, lab) => {
    const kept = new Set(deadLetters.map(({ queue, body }) => `${queue} ${body}`))
    const lost = POISON.flatMap((body) =>
      QUEUES.map((queue) => `aerogram-local-${queue} ${JSON.stringify(body)}`),
    ).filter((letter) => !kept.has(letter))
    return [...lost.map((letter) => `not among the dead letters: ${letter}`), ...lab.notes]
  },
}

/** Longer than the proof of these worlds. */
const BURIED_MS = 3 * SECOND
const QUEUES = ['send', 'broadcast', 'events']
const POISON = [
  {},
  null,
  'words',
  [],
  17,
  { version: 2, emails: [] },
  { version: 1, priority: 'high', emails: [{ id: "'; DROP TABLE emails; --", recipients: 1 }] },
  { version: 1, events: [{ type: 'send', attempt: null }] },
]

export const sweepsOverlap: Scenario = {
  name: 'F12',
  says: 'two consumers, sweeps at once and cron upon cron',
  world: driversQueue,
  async run(lab, size) {
    lab.driver.queues.mischief = {
      dice: lab.dice,
      twice: 0.5,
      lateMs: 0,
      torn: true,
      change: (body) => body,
    }
    await lab.faults({ fault: 'late', p: 0.1, delayMs: 3000 }, { fault: 'cut_after', p: 0.1 })
    const done = new AbortController()
    const cron = async () => {
      while (!done.signal.aborted) await lab.stack.worker.runCron()
    }
    await lab.together(
      both(lab, size).finally(() => done.abort()),
      cron(),
      cron(),
      cron(),
    )
  },
}

/** Ten minutes off, beside a signature of five. */
const OFF_MS = 8 * SECOND
const A_LITTLE_OFF_MS = 1500

export const clockOff: Scenario = {
  name: 'F21',
  says: "the Worker's clock is off: a little, and by more than a signature lasts",
  world: resend,
  async run(lab, size) {
    const emails = Math.ceil(size.recipients / 4)
    for (const offset of [A_LITTLE_OFF_MS, -A_LITTLE_OFF_MS, OFF_MS, -OFF_MS]) {
      await lab.clock(offset)
      await lab.traffic.send({ emails })
      await setTimeout(2 * SECOND)
    }
  },
}

export const deployed: Scenario = {
  name: 'F22',
  says: 'new versions are deployed under load',
  world: resend,
  async run(lab, size) {
    await lab.together(
      both(lab, size),
      (async () => {
        for (let n = 0; n < 2; n += 1) {
          await setTimeout(lab.dice.roll() * SECOND)
          await lab.deploy()
        }
      })(),
    )
  },
}

import { setTimeout } from 'node:timers/promises'
import type { Lab } from '../lab.ts'
import type { Scenario, Size } from '../scenario.ts'
import { driversQueue, lossy, lossyHold, pointed, resend } from '../world.ts'

const SECOND = 1000
const HOUR = 60 * 60 * SECOND
const DAY = 24 * HOUR
/** Twice the doubt window of the scaled worlds. */
const LATE_MS = 24 * SECOND

const AMBIGUOUS = [
  { fault: 'error_before', p: 0.08 },
  { fault: 'cut_after', p: 0.08 },
  { fault: 'cut_before', p: 0.08 },
]

async function both(lab: Lab, { recipients }: Size): Promise<void> {
  const half = Math.ceil(recipients / 2)
  await lab.together(lab.traffic.send({ emails: half }), lab.traffic.broadcast(half))
}

export const eventsLost: Scenario = {
  name: 'F8',
  says: 'calls are ambiguous and three events of ten never come: one copy more at most',
  world: lossy,
  async run(lab, size) {
    await lab.faults(...AMBIGUOUS, { fault: 'event_lost', p: 0.3 })
    await both(lab, size)
    // The events of the last emails are lost like those of the others.
    await setTimeout(2 * SECOND)
  },
  settles: 90,
}

export const eventsLostHeld: Scenario = {
  ...eventsLost,
  name: 'F8hold',
  says: 'calls are ambiguous, three events of ten never come, and what is in doubt is held: no copy',
  world: lossyHold,
  check: ({ emails, ledger }) => {
    const accepted = ledger.accepted.length
    const rows = new Set(ledger.accepted.map(({ attemptId }) => attemptId?.split('_')[0]))
    return rows.size < accepted ? [`${accepted - rows.size} copies of ${emails.length}`] : []
  },
}

export const eventsLate: Scenario = {
  name: 'F9',
  says: 'calls are ambiguous and a third of the events comes two doubt windows late',
  world: lossyHold,
  async run(lab, size) {
    await lab.faults(...AMBIGUOUS, { fault: 'event_late', p: 0.33, delayMs: LATE_MS })
    await both(lab, size)
    await setTimeout(2 * SECOND)
  },
  settles: 90,
}

export const eventsRepeated: Scenario = {
  name: 'F13',
  says: 'every event comes again and again and in any order, and one of them three days late',
  world: driversQueue,
  async run(lab, size) {
    lab.driver.queues.holdsBack = '-events'
    await lab.faults(
      { fault: 'event_double', p: 1 },
      { fault: 'event_shuffle', p: 1, delayMs: 3000 },
    )
    await both(lab, size)
    await setTimeout(4 * SECOND)
    for (let again = 0; again < 4; again += 1) {
      await lab.stack.simulator.control('redeliver', { since: 0 })
    }
    await setTimeout(SECOND)
    await lab.clock(3 * DAY)
    lab.driver.queues.letGo()
    await setTimeout(SECOND)
  },
}

export const eventsRenamed: Scenario = {
  name: 'F14',
  says: 'SES tells the same event under another id of SNS',
  world: resend,
  async run(lab, size) {
    await lab.faults({ fault: 'event_double', p: 1 })
    await both(lab, size)
    await setTimeout(2 * SECOND)
  },
}

export const certificatesDown: Scenario = {
  name: 'F17',
  says: 'the certificate of SNS cannot be fetched, or only after very long',
  world: pointed,
  async run(lab, size) {
    // A fresh isolate has no certificate.
    await lab.kill()
    await lab.faults({ fault: 'certificate_down', p: 1 })
    await lab.traffic.send({ emails: Math.min(size.recipients, 100) })
    await setTimeout(3 * SECOND)
    await lab.kill()
    await lab.faults()
    let hung = 0
    lab.driver.strikes(async (point) => {
      if (point === 'certificate before' && hung < 2) {
        hung += 1
        await setTimeout(7 * SECOND)
      }
      return 'go'
    })
    await lab.traffic.send({ emails: Math.min(size.recipients, 100) })
    await setTimeout(8 * SECOND)
  },
}

/** An hour before and an hour after, as other clocks have it. */
export const eventsOfOtherClocks: Scenario = {
  name: 'F21events',
  says: 'the times of events are an hour off, either way',
  world: driversQueue,
  async run(lab, size) {
    lab.driver.queues.mischief = {
      dice: lab.dice,
      twice: 0,
      lateMs: 0,
      torn: false,
      change: (body) => withTimesOff(body, () => (lab.dice.roll() < 0.5 ? HOUR : -HOUR)),
    }
    await both(lab, size)
    await setTimeout(2 * SECOND)
  },
}

function withTimesOff(body: unknown, off: () => number): unknown {
  if (typeof body !== 'object' || body === null || !('events' in body)) return body
  const { events } = body
  if (!Array.isArray(events)) return body
  return {
    ...body,
    events: events.map((event: { at: number }) => ({ ...event, at: event.at + off() })),
  }
}

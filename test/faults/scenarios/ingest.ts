import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import { until } from '../../../src/cli/until.ts'
import { type Evidence, gatherEvidence } from '../evidence.ts'
import { neverRecorded } from '../invariants/events.ts'
import { emailOf } from '../invariants/finding.ts'
import type { Lab } from '../lab.ts'
import type { Scenario } from '../scenario.ts'
import { subscriptionOf } from '../subscription.ts'
import { outage, patient, unkept } from '../world.ts'

const SECOND = 1000
/** Twenty minutes of production beside an hour of SNS's patience, and two hours. */
const SHORT_MS = 4 * SECOND
const LONG_MS = 14 * SECOND
/** As production's pauses of two minutes at most, and less in all than an event is waited for. */
const USUAL = { minDelayTarget: 1, maxDelayTarget: 1, numRetries: 30 }
/** Two seconds for an hour. */
const IMPATIENT = { minDelayTarget: 1, maxDelayTarget: 1, numRetries: 2 }
/** As long between two tries as SNS waits at most, beside a doubt window of twelve seconds. */
const PAUSE_SECONDS = 8
const PATIENT = { minDelayTarget: PAUSE_SECONDS, maxDelayTarget: PAUSE_SECONDS, numRetries: 20 }

/** A mail server that is slow to take it: the Send event is all there is for so long. */
const SLOW_DELIVERY_MS = 30 * SECOND

const away = (lab: Lab) =>
  lab.driver.strikes(async (point) => (point === 'sns before' ? { fail: 'away' } : 'go'))

function copies({ ledger }: Evidence): string[] {
  const times = Map.groupBy(ledger.accepted, ({ attemptId }) => emailOf(attemptId))
  const more = [...times].filter(([, each]) => each.length > 1)
  return more.map(([id]) => `${id} was sent again while SNS still had its event`).slice(0, 5)
}

async function ingestDown(lab: Lab, emails: number, ms: number): Promise<void> {
  away(lab)
  await lab.faults({ fault: 'cut_after', p: 0.3 }, { fault: 'error_before', p: 0.1 })
  await lab.traffic.send({ emails })
  await setTimeout(ms)
  lab.driver.strikes(null)
}

async function allRecorded(lab: Lab): Promise<void> {
  await until(
    'The record of all that SNS had to tell',
    60 * SECOND,
    async () => neverRecorded(await gatherEvidence(lab)).length === 0,
    SECOND,
  )
}

export const ingestAway: Scenario = {
  name: 'F15',
  says: 'nobody takes events in for a while, and then for longer than SNS tries; calls are ambiguous',
  world: outage,
  async run(lab, size) {
    const half = Math.ceil(size.recipients / 2)
    await subscriptionOf(lab, { DeliveryPolicy: { healthyRetryPolicy: USUAL } })
    await ingestDown(lab, half, SHORT_MS)
    // No outage lies between two policies: what is older would be given up later than what is newer.
    await allRecorded(lab)
    await subscriptionOf(lab, { DeliveryPolicy: { healthyRetryPolicy: IMPATIENT } })
    await ingestDown(lab, half, LONG_MS)
    // Of the crash table: the endpoint is down for longer than SNS tries.
    lab.driver.count('row 18')
    await allRecorded(lab)
  },
  check: (evidence) => [...neverRecorded(evidence).slice(0, 5), ...copies(evidence)],
}

const ledger = z.object({
  events: z.array(
    z.object({
      type: z.string(),
      attemptId: z.string().nullable(),
      deliveries: z.array(z.object({ status: z.number() })),
    }),
  ),
})

/** How often SNS has tried so far to tell that this email was sent. */
async function triesOf({ stack }: Lab, id: string): Promise<number> {
  const { events } = ledger.parse(await stack.simulator.control('ledger'))
  const own = events.find(
    ({ type, attemptId }) => type === 'Send' && attemptId?.startsWith(id) === true,
  )
  return own?.deliveries.length ?? 0
}

export const betweenTries: Scenario = {
  name: 'F15pause',
  says: 'an outage ends while SNS waits to try the event of a lonely doubt again, and later events come at once',
  world: patient,
  async run(lab) {
    await subscriptionOf(lab, { DeliveryPolicy: { healthyRetryPolicy: PATIENT } })
    for (let round = 0; round < 2; round += 1) {
      away(lab)
      await lab.faults(
        { fault: 'cut_after', p: 1, times: 1, operation: 'SendEmail' },
        { fault: 'event_late', p: 1, event: 'Delivery', delayMs: SLOW_DELIVERY_MS },
      )
      const [email] = await lab.traffic.send({ emails: 1, singleShare: 1, mailboxEvery: 0 })
      const id = email?.id ?? ''
      const window = Number(lab.world.settings['DOUBT_WINDOW_SECONDS'])
      await setTimeout((window + 1) * SECOND)
      const tries = await triesOf(lab, id)
      await until('A try of SNS', 20 * SECOND, async () => (await triesOf(lab, id)) > tries, 100)
      lab.driver.strikes(null)
      await setTimeout(2 * PAUSE_SECONDS * SECOND)
    }
  },
  check: copies,
}

const LOST = /events never came.*?emails: (\d+)/s

export const notKept: Scenario = {
  name: 'F15off',
  says: 'SNS gives up and has nowhere to leave events: they are lost, and how many is said aloud',
  world: unkept,
  async run(lab, size) {
    await subscriptionOf(lab, {
      DeliveryPolicy: { healthyRetryPolicy: IMPATIENT },
      RedrivePolicy: '',
    })
    await lab.traffic.send({ emails: 20 })
    away(lab)
    await lab.traffic.send({ emails: Math.min(size.recipients, 200) })
    await setTimeout(LONG_MS)
    lab.driver.strikes(null)
    await lab.traffic.send({ emails: 20 })
    await setTimeout(Number(lab.world.settings['SILENCE_SECONDS']) * SECOND + 4 * SECOND)
  },
  check(evidence) {
    const { ledger: told, log } = evidence
    const answered = new Set(
      told.calls.filter((call) => call.answered === 200).flatMap(({ attempts }) => attempts),
    )
    const lost = told.events.filter(
      ({ type, attemptId, deliveries }) =>
        type === 'Send' &&
        answered.has(attemptId ?? '') &&
        !deliveries.some(({ status }) => status === 200),
    ).length
    const said = log.reduce((sum, entry) => sum + Number(LOST.exec(entry)?.[1] ?? 0), 0)
    if (lost === 0) return ['no event was lost: the outage was not run']
    return said === lost ? [] : [`${lost} Send events were lost, and ${said} are said to be`]
  },
  settles: 90,
}

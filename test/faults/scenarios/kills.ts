import type { Scenario } from '../scenario.ts'
import { hold, resend } from '../world.ts'

const WITHIN_MS = 700

/** Half of it one by one and in batches, half as a broadcast. */
async function kill(...[lab, size]: Parameters<Scenario['run']>): Promise<void> {
  const half = Math.ceil(size.recipients / 2)
  await lab.together(
    lab.traffic.send({ emails: half }),
    lab.traffic.broadcast(half),
    lab.killAtRandom(size.kills, WITHIN_MS),
  )
}

export const killed: Scenario = {
  name: 'F1',
  says: 'workerd is killed at random moments',
  world: resend,
  run: kill,
}

export const killedHolding: Scenario = {
  name: 'F1hold',
  says: 'workerd is killed at random moments, and what is in doubt is held',
  world: hold,
  run: kill,
}

/** Everything that may happen to a call, and everything that may happen to an event. */
export const STORM_RULES = [
  { fault: 'throttle', p: 0.06 },
  { fault: 'error_before', p: 0.03 },
  { fault: 'error_after', p: 0.03 },
  { fault: 'cut_after', p: 0.04 },
  { fault: 'cut_before', p: 0.02 },
  { fault: 'late', p: 0.03, delayMs: 3000 },
  { fault: 'half_json', p: 0.01 },
  { fault: 'empty_array', p: 0.01 },
  { fault: 'short_array', p: 0.01 },
  { fault: 'entry_status', status: 'ACCOUNT_THROTTLED', p: 0.03 },
  { fault: 'entry_status', status: 'TRANSIENT_FAILURE', p: 0.02, accepted: true },
  { fault: 'event_double', p: 0.2 },
  { fault: 'event_shuffle', p: 0.2, delayMs: 1500 },
]

export const storm: Scenario = {
  name: 'storm',
  says: 'kills, ambiguous calls, throttles, events doubled and out of order, all at once',
  world: resend,
  async run(lab, size) {
    await lab.faults(...STORM_RULES)
    await kill(lab, size)
  },
  settles: 120,
}

export const stormHolding: Scenario = { ...storm, name: 'stormhold', world: hold }

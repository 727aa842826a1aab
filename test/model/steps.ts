import type { MailEvent } from '../../src/domain/event.ts'
import type { Lifecycle } from '../../src/domain/transition.ts'
import { cancel, claim, expire, witness } from '../../src/domain/transition.ts'
import type { Rules } from './rules.ts'
import { ageOf, changed, type Step } from './step.ts'
import { workerSteps } from './worker-steps.ts'
import type { Attempt, Worker, World } from './world.ts'
import { idOf, later, LEASE, SIGNATURE, TOKEN, WINDOW } from './world.ts'

const WORKERS = 2

/** Everything that may happen next, with at most `attempts` claims in all. */
export function stepsFrom(world: World, rules: Rules, attempts: number): Step[] {
  return [
    ...(world.workers.length < WORKERS && world.attempts.length < attempts ? claims(world) : []),
    ...world.workers.flatMap((_, index) => workerSteps(world, index, rules)),
    ...world.attempts.flatMap((attempt, index) => outside(world, attempt, index + 1, rules)),
    ...sweeps(world, rules),
    ...ends(world),
    ...outages(world),
    ...ticks(world),
  ]
}

/**
 * A job is a hint that may come twice, late or never: an idle worker may claim at any moment and
 * need not. A claim that throws after its commit is read back, or is a crash just after it.
 */
function claims(world: World): Step[] {
  const by = { now: 0, token: TOKEN, leaseMs: LEASE, paused: false }
  const { email } = world
  const number = email.attempt_number + 1
  return [
    ...change(`${number} claimed`, world, claim(email, { ...by, suppressed: false })),
    ...change(`${number} claimed, suppressed`, world, claim(email, { ...by, suppressed: true })),
    ...change(
      `${number} claimed, too late`,
      world,
      claim({ ...email, expires_at: 0 }, { ...by, suppressed: false }),
    ),
  ].map(({ name, fault, next }) => ({ name, fault, next: taken(next) }))
}

function taken(world: World): World {
  const { email, attempts, workers, downSince, backSince } = world
  const worker: Worker = {
    number: email.attempt_number,
    at: 'claimed',
    heard: null,
    stalled: false,
  }
  const attempt: Attempt = {
    claimedAt: 0,
    marked: false,
    called: false,
    accepted: 0,
    underway: false,
    event: 'none',
  }
  return {
    ...world,
    email: { ...email, expires_at: null },
    attempts: [...attempts, attempt],
    workers: email.state === 'sending' ? [...workers, worker] : workers,
    downSince: downSince === null ? null : 0,
    backSince: backSince === null ? null : 0,
  }
}

/** What happens at SES and on the way from there, whatever the workers do. */
function outside(world: World, attempt: Attempt, number: number, rules: Rules): Step[] {
  const steps: Step[] = []
  if (attempt.underway) {
    const refused = rules.signatureFence && ageOf(world, number) >= SIGNATURE
    const took = { accepted: attempt.accepted + 1, event: 'flying' } as const
    const change = { underway: false, ...(refused ? {} : took) }
    const name = `${number} reaches SES late, ${refused ? 'refused' : 'accepted'}`
    steps.push({ name, fault: false, next: changed(world, number, change) })
  }
  if (attempt.event === 'flying') {
    const next = changed(world, number, { event: 'late' })
    steps.push({ name: `event of ${number} late or lost`, fault: true, next })
  }
  if (attempt.event !== 'none' && world.downSince === null) {
    const name = `${attempt.event === 'late' ? 'late ' : ''}event of ${number} recorded`
    steps.push({ name, fault: false, next: seen(world, number) })
  }
  return steps
}

function seen(world: World, number: number): World {
  const event: MailEvent = {
    type: 'send',
    attempt: idOf(number),
    at: 0,
    recipient: null,
    messageId: '0102',
    source: 'ses',
  }
  const email = witness(world.email, event)
  return changed({ ...world, email }, number, { event: 'none' })
}

function sweeps(world: World, rules: Rules): Step[] {
  const { email, attempts } = world
  const marked = attempts[email.attempt_number - 1]?.marked === true
  return [
    ...change('lease swept', world, rules.expireLease(email, marked)),
    ...change('doubt settled', world, rules.settleDoubt(email, rules.channelProven(world))),
  ]
}

/** A person's or the clock's word, at any moment. */
function ends(world: World): Step[] {
  const { email } = world
  return [
    ...change('canceled', world, cancel(email)),
    ...change('expired', world, expire({ ...email, expires_at: 0 }, 0)),
  ]
}

/**
 * No fault at all: the whole channel may hold its events for as long as it likes. Then those of other
 * emails come at once, and ours within the tick, when SNS tries again. To be away again at that very
 * moment is a second outage that strikes the same event, and a fault.
 */
function outages(world: World): Step[] {
  const { attempts, downSince, backSince } = world
  if (downSince === null) {
    const since = Math.min(ageOf(world, attempts.length), WINDOW)
    const next = { ...world, downSince: since, backSince: null }
    return [{ name: 'event channel down', fault: backSince !== null, next }]
  }
  const next = { ...world, downSince: null, backSince: downSince }
  return [{ name: 'event channel up again', fault: false, next }]
}

/** Time passes only over those who wait: a worker that is not stalled, and an event that is not late, come first. */
function ticks(world: World): Step[] {
  const { workers, attempts, downSince } = world
  if (workers.some(({ stalled }) => !stalled)) return []
  if (downSince === null && attempts.some(({ event }) => event === 'flying')) return []
  return [{ name: 'time passes', fault: false, next: later(world) }]
}

function change(name: string, world: World, email: Lifecycle | null): Step[] {
  return email === null ? [] : [{ name, fault: false, next: { ...world, email } }]
}

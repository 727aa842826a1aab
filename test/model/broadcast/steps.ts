import type { DoubtPolicy, Lifecycle } from '../../../src/domain/transition.ts'
import { cancel, claim, expireLease, settleDoubt, witness } from '../../../src/domain/transition.ts'
import { callSteps } from './call-steps.ts'
import {
  attemptOf,
  type BroadcastWorld,
  later,
  type Recipient,
  TIMES,
  type Worker,
} from './world.ts'
import { TOKEN } from '../world.ts'

export interface Step {
  name: string
  fault: boolean
  next: BroadcastWorld
}

/** The design, and what it must be better than. */
export interface Design {
  policy: DoubtPolicy
  /** A lease that ran out after the call was marked is a doubt. */
  doubtsLeases: boolean
  /** An entry that is missing in an answer of 200 is a doubt, and no refusal. */
  doubtsGaps: boolean
  /** A range is finished only when nobody in it is still to be sent. */
  finishesWhenDone: boolean
  /** At work on it at the same time. */
  workers: 1 | 2
}

const byNobody: Pick<Worker, 'heard'> = { heard: [] }

/** Everything that may happen next, with at most `attempts` claims of each email. */
export function stepsFrom(world: BroadcastWorld, design: Design, attempts: number): Step[] {
  return [
    ...releases(world, design),
    ...(world.workers.length < design.workers ? claims(world, attempts) : []),
    ...world.workers.flatMap((_, index) => callSteps(world, index, design)),
    ...events(world),
    ...sweeps(world, design),
    ...people(world),
    ...ticks(world),
  ]
}

const free = (name: string, next: BroadcastWorld): Step => ({ name, fault: false, next })

/** Whom `FINISH` and `END` wait for. */
const isUnsent = ({ email }: Recipient) =>
  email.state === 'sending' || (email.state === 'queued' && email.due_at === null)

/** The Governor's tick and the sweeper: each is one conditional statement. */
function releases(world: BroadcastWorld, { finishesWhenDone }: Design): Step[] {
  const { range, broadcast, recipients, job } = world
  const steps: Step[] = []
  if (range === 'waiting' && broadcast === 'sending') {
    steps.push(free('released', { ...world, range: 'released', job: true }))
  }
  if (range === 'released') {
    if (!job) steps.push(free('job made again', { ...world, job: true }))
    const isDone = finishesWhenDone
      ? !recipients.some(isUnsent)
      : !recipients.some(({ email }) => email.state === 'sending')
    if (isDone) steps.push(free('finished', { ...world, range: 'finished' }))
  }
  const isDue = recipients.some(({ email }) => email.due_at !== null)
  if (range === 'finished' && broadcast === 'sending' && !isDue) {
    steps.push(free('broadcast ended', { ...world, broadcast: 'sent' }))
  }
  if (job) steps.push({ name: 'job lost', fault: true, next: { ...world, job: false } })
  return steps
}

/** The job of the range, which may come again, takes all or, with a part-grant, the first; who is due has a job of his own. */
function claims(world: BroadcastWorld, attempts: number): Step[] {
  const may = ({ email, attempts: made }: Recipient) =>
    made.length < attempts && claim(email, asked(world)) !== null
  const able = world.recipients.map(may)
  const byRange = world.recipients.map(
    ({ email }, at) => able[at] === true && email.due_at === null,
  )
  const first = byRange.indexOf(true)
  const steps: Step[] = []
  if (world.job && first !== -1) {
    const all = taken(world, byRange)
    steps.push(
      free('range claimed', { ...all, job: false }),
      free('range claimed, job comes again', all),
    )
    if (byRange.every(Boolean)) {
      steps.push(free('part of the range claimed', taken(world, [true, false])))
    }
  }
  const due = world.recipients.map(({ email }, at) => able[at] === true && email.due_at !== null)
  if (due.some(Boolean)) steps.push(free('who is due claimed', taken(world, due)))
  return steps
}

function asked({ broadcast }: BroadcastWorld) {
  return {
    now: 0,
    token: TOKEN,
    leaseMs: TIMES.leaseMs,
    suppressed: false,
    paused: broadcast !== 'sending',
  }
}

function taken(world: BroadcastWorld, who: boolean[]): BroadcastWorld {
  const recipients = world.recipients.map((recipient, at) => {
    const email = who[at] === true ? claim(recipient.email, asked(world)) : null
    if (email === null) return recipient
    const attempt = {
      claimedAt: 0,
      marked: false,
      called: false,
      accepted: 0,
      event: 'none',
    } as const
    return { email, attempts: [...recipient.attempts, attempt] }
  })
  const numbers = recipients.map(({ email }, at) =>
    who[at] === true ? email.attempt_number : null,
  )
  return {
    ...world,
    recipients,
    workers: [...world.workers, { numbers, at: 'claimed', ...byNobody }],
  }
}

function changed(world: BroadcastWorld, at: number, change: Partial<Recipient>): BroadcastWorld {
  const recipients = world.recipients.map((each, index) =>
    index === at ? { ...each, ...change } : each,
  )
  return { ...world, recipients }
}

function events(world: BroadcastWorld): Step[] {
  return world.recipients.flatMap((recipient, at) =>
    recipient.attempts.flatMap(({ event }, index): Step[] => {
      if (event === 'none') return []
      const told = (next: 'none' | 'late') =>
        recipient.attempts.with(index, { ...own(recipient, index), event: next })
      const email = witness(recipient.email, {
        type: 'send',
        attempt: attemptOf(recipient, index + 1),
        at: 0,
        recipient: null,
        messageId: '0102',
        source: 'ses',
      })
      const recorded = changed(world, at, { email, attempts: told('none') })
      const steps = [free(`event recorded${event === 'late' ? ', late' : ''}`, recorded)]
      if (event === 'late') return steps
      const lost = changed(world, at, { attempts: told('late') })
      return [...steps, { name: 'event late or lost', fault: true, next: lost }]
    }),
  )
}

function own({ attempts }: Recipient, index: number) {
  const attempt = attempts[index]
  if (attempt === undefined) throw new Error('There is no such attempt')
  return attempt
}

/** The channel is alive here: silence after the window speaks, unless the event is just on its way. */
function sweeps(world: BroadcastWorld, { doubtsLeases }: Design): Step[] {
  return world.recipients.flatMap(({ email, attempts }, at) => {
    const marked = doubtsLeases && attempts[email.attempt_number - 1]?.marked === true
    const isFlying = attempts.some(({ event }) => event === 'flying')
    return [
      ...change('lease swept', world, at, expireLease(email, 0, marked, TIMES.windowMs)),
      ...change('doubt settled', world, at, settleDoubt(email, 0, !isFlying)),
    ]
  })
}

function people(world: BroadcastWorld): Step[] {
  const { broadcast, range, recipients } = world
  if (broadcast === 'paused') {
    // What is unfinished is released once more.
    const again = range === 'released' ? 'waiting' : range
    return [free('resumed', { ...world, broadcast: 'sending', range: again })]
  }
  if (broadcast === 'canceled') {
    return recipients.flatMap(({ email }, at) => change('closed', world, at, cancel(email)))
  }
  if (broadcast !== 'sending') return []
  return [
    free('paused', { ...world, broadcast: 'paused' }),
    free('broadcast canceled', { ...world, broadcast: 'canceled' }),
  ]
}

/** Whoever is at work and whatever is on its way comes first; who crashed is not there any more. */
function ticks(world: BroadcastWorld): Step[] {
  const isFlying = world.recipients.some(({ attempts }) =>
    attempts.some(({ event }) => event === 'flying'),
  )
  return world.workers.length > 0 || isFlying ? [] : [free('time passes', later(world))]
}

function change(name: string, world: BroadcastWorld, at: number, email: Lifecycle | null): Step[] {
  return email === null ? [] : [free(name, changed(world, at, { email }))]
}

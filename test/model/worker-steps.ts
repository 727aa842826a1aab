import { readSendEmail } from '../../src/domain/outcome.ts'
import type { Lifecycle } from '../../src/domain/transition.ts'
import { accept, doubt, holds, refuse } from '../../src/domain/transition.ts'
import { ANSWERS, type Heard } from './answers.ts'
import type { Rules } from './rules.ts'
import { ageOf, changed, type Step } from './step.ts'
import type { Attempt, Worker, World } from './world.ts'
import { idOf, MAX_REFUSALS, SIGNATURE, WINDOW } from './world.ts'

/** What a worker with an email in hand may do next, or have done to it. */
export function workerSteps(world: World, index: number, rules: Rules): Step[] {
  const worker = world.workers[index]
  if (worker === undefined) return []
  const gone = { ...world, workers: world.workers.toSpliced(index, 1) }
  const awake = withWorker(world, index, { ...worker, stalled: false })
  const faults: Step[] = [{ name: `worker of ${worker.number} crashes`, fault: true, next: gone }]
  if (!worker.stalled) {
    const next = withWorker(world, index, { ...worker, stalled: true })
    faults.push({ name: `worker of ${worker.number} stalls`, fault: true, next })
  }
  switch (worker.at) {
    case 'claimed':
      return [...faults, ...marks(awake, worker.number, index, gone)]
    case 'marked':
      return [...faults, ...calls(awake, worker.number, index, rules)]
    case 'called':
      return [...faults, ...records(awake, worker, gone)]
    default:
      return worker.at satisfies never
  }
}

/** The mark is written only while the attempt holds; without it the call is not made. */
function marks(world: World, number: number, index: number, gone: World): Step[] {
  const back = { ...gone, email: giveBack(gone.email, number) }
  const steps = [{ name: `${number} given back, its mark failed`, fault: true, next: back }]
  if (ageOf(world, number) > 0) {
    steps.push({ name: `${number} given back, too old to call`, fault: false, next: back })
  }
  if (!holds(world.email, idOf(number))) {
    return [...steps, { name: `${number} not marked, lost`, fault: false, next: back }]
  }
  const worker: Worker = { number, at: 'marked', heard: null, stalled: false }
  const marked = changed(withWorker(world, index, worker), number, { marked: true })
  const unclear = changed(back, number, { marked: true })
  return [
    ...steps,
    { name: `${number} marked`, fault: false, next: marked },
    { name: `${number} given back, its mark was unclear`, fault: true, next: unclear },
  ]
}

function giveBack(email: Lifecycle, number: number): Lifecycle {
  const why = { counts: false, final: false, reason: 'not called' }
  return refuse(email, idOf(number), { ...why, ...REFUSING }) ?? email
}

const REFUSING = { now: 0, retryAt: 0, maxRefusals: MAX_REFUSALS }

/** SES takes the call or not, and the worker hears of it or not. Refusals are no fault. */
function calls(world: World, number: number, index: number, rules: Rules): Step[] {
  const before = world.attempts[number - 1]
  if (before === undefined) return []
  const calledTwice = world.calledTwice || before.called
  const answered = (heard: Heard, outcome: Partial<Attempt> = {}): World => {
    const repeats = rules.clientRetries && heard === 'unclear'
    const worker: Worker = repeats
      ? { number, at: 'marked', heard: null, stalled: false }
      : { number, at: 'called', heard, stalled: false }
    const called = changed(withWorker(world, index, worker), number, { called: true, ...outcome })
    return { ...called, calledTwice }
  }
  if (rules.signatureFence && ageOf(world, number) >= SIGNATURE) {
    const next = answered('signature too old')
    return [{ name: `${number} called, its signature is too old`, fault: false, next }]
  }
  const took = { accepted: before.accepted + 1, event: 'flying' } as const
  const refusals: Heard[] = ['throttled', 'refused', 'refused for ever']
  return [
    { name: `${number} called, accepted`, fault: false, next: answered('accepted', took) },
    ...refusals.map((heard) => ({
      name: `${number} called, ${heard}`,
      fault: false,
      next: answered(heard),
    })),
    {
      name: `${number} called, accepted, answer lost`,
      fault: true,
      next: answered('unclear', took),
    },
    { name: `${number} called, not accepted, answer lost`, fault: true, next: answered('unclear') },
    {
      name: `${number} called, given up while the request is underway`,
      fault: true,
      next: answered('unclear', { underway: true }),
    },
  ]
}

/** A write that throws is tried again, whether it was committed or not. */
function records(world: World, { number, heard }: Worker, gone: World): Step[] {
  if (heard === null) return []
  const email = outcome(world.email, idOf(number), heard) ?? world.email
  return [
    { name: `${number} recorded, ${heard}`, fault: false, next: { ...gone, email } },
    { name: `${number} recorded but not told so`, fault: true, next: { ...world, email } },
  ]
}

function outcome(email: Lifecycle, attempt: string, heard: Heard): Lifecycle | null {
  const verdict = readSendEmail(ANSWERS[heard])
  switch (verdict.type) {
    case 'accepted':
      return accept(email, attempt, 0)
    case 'in doubt':
      return doubt(email, attempt, WINDOW, verdict.reason)
    case 'refused':
      return refuse(email, attempt, { ...REFUSING, ...verdict })
    case 'throttled':
    case 'quota spent':
    case 'stopped':
    case 'template refused':
      return refuse(email, attempt, {
        ...REFUSING,
        counts: false,
        final: false,
        reason: verdict.type,
      })
    default:
      return verdict satisfies never
  }
}

function withWorker(world: World, index: number, worker: Worker): World {
  return { ...world, workers: world.workers.with(index, worker) }
}

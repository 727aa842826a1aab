import { type Answer, readSendBulkEmail } from '../../../src/domain/outcome.ts'
import { accept, doubt, holds, type Lifecycle, refuse } from '../../../src/domain/transition.ts'
import { MAX_REFUSALS } from '../world.ts'
import type { Design, Step } from './steps.ts'
import {
  type Attempt,
  attemptOf,
  type BroadcastWorld,
  type Entry,
  type Recipient,
  TIMES,
  type Worker,
} from './world.ts'

const REFUSING = { now: 0, retryAt: 0, maxRefusals: MAX_REFUSALS }
const BACK = { ...REFUSING, counts: false, final: false, reason: 'not called' }

/** What a worker with a bulk call in hand may do next, or have done to it. */
export function callSteps(world: BroadcastWorld, index: number, design: Design): Step[] {
  const worker = world.workers[index]
  if (worker === undefined) return []
  const gone = { ...world, workers: world.workers.toSpliced(index, 1) }
  const steps: Step[] = [{ name: 'worker crashes', fault: true, next: gone }]
  switch (worker.at) {
    case 'claimed':
      return [...steps, ...marks(world, index, worker, gone)]
    case 'marked':
      return [...steps, ...calls(world, index, worker)]
    case 'called':
      return [...steps, ...records(world, worker, gone, design)]
    default:
      return worker.at satisfies never
  }
}

/** One row for the whole call, written only while every one of its attempts holds. */
function marks(world: BroadcastWorld, index: number, worker: Worker, gone: BroadcastWorld): Step[] {
  const back = each(gone, worker, (recipient, attempt) => ({
    ...recipient,
    email: refuse(recipient.email, attempt, BACK) ?? recipient.email,
  }))
  const all = world.recipients.every((recipient, at) => {
    const number = worker.numbers[at] ?? null
    return number === null || holds(recipient.email, attemptOf(recipient, number))
  })
  const steps: Step[] = [{ name: 'given back, its mark failed', fault: true, next: back }]
  if (!all) return [...steps, { name: 'given back, not marked', fault: false, next: back }]
  const marked = withAttempts(world, worker, () => ({ marked: true }))
  const next = withWorker(marked, index, { ...worker, at: 'marked' })
  return [...steps, { name: 'marked', fault: false, next }]
}

const ENTRIES: Entry[] = ['accepted', 'throttled', 'refused']

/** SES judges each entry by itself; an answer may be lost or cut short, and an entry may be unclear. */
function calls(world: BroadcastWorld, index: number, worker: Worker): Step[] {
  const inIt = worker.numbers.map((number) => number !== null)
  const twice = world.recipients.some(({ attempts }, at) => {
    const number = worker.numbers[at] ?? null
    return number !== null && attempts[number - 1]?.called === true
  })
  const came = (taken: boolean[], heard: Worker['heard'], name: string, fault: boolean): Step => {
    const called = withAttempts(world, worker, (attempt, at) =>
      taken[at] === true
        ? { called: true, accepted: attempt.accepted + 1, event: 'flying' }
        : { called: true },
    )
    const next = withWorker(called, index, { ...worker, at: 'called', heard })
    return { name, fault, next: { ...next, calledTwice: world.calledTwice || twice } }
  }
  const none = inIt.map(() => false)
  const mixed = ENTRIES.flatMap((first) => ENTRIES.map((second) => [first, second]))
  const told = new Map(
    mixed.map((entries) => [
      entries.map((entry, at) => (inIt[at] === true ? entry : '')).join(),
      entries,
    ]),
  )
  return [
    ...[...told.values()].map((entries) =>
      came(
        entries.map((entry, at) => inIt[at] === true && entry === 'accepted'),
        entries,
        `called: ${entries.filter((_, at) => inIt[at] === true).join(', ')}`,
        false,
      ),
    ),
    ...[0, 1].flatMap((at) => {
      if (inIt[at] !== true) return []
      const entries = inIt.map((_, other): Entry => (other === at ? 'unclear' : 'accepted'))
      return [true, false].map((took) =>
        came(
          inIt.map((is, other) => is && (other === at ? took : true)),
          entries,
          `called: entry ${at} unclear, ${took ? '' : 'not '}accepted`,
          true,
        ),
      )
    }),
    came(none, 'spoilt', 'called: refused as a whole', false),
    came(inIt, 'lost', 'called: accepted, answer lost', true),
    came(none, 'lost', 'called: not accepted, answer lost', true),
    came(inIt, 'short', 'called: accepted, answer short of an entry', true),
  ]
}

const STATUS = {
  accepted: { Status: 'SUCCESS', MessageId: '0102' },
  throttled: { Status: 'ACCOUNT_THROTTLED' },
  refused: { Status: 'MESSAGE_REJECTED' },
  unclear: { Status: 'TRANSIENT_FAILURE' },
} satisfies Record<Entry, object>

function answerOf({ heard, numbers }: Worker): Answer {
  if (heard === 'lost') return { type: 'no answer', reason: 'TimeoutError' }
  const bad = { status: 400, errorType: 'BadRequestException', message: 'No.', body: {} }
  if (heard === 'spoilt') return { type: 'answer', ...bad }
  const entries = numbers.flatMap((number, at) => {
    if (number === null) return []
    return [STATUS[heard === 'short' ? 'accepted' : (heard[at] ?? 'unclear')]]
  })
  const results = heard === 'short' ? entries.slice(1) : entries
  const body = { BulkEmailEntryResults: results }
  return { type: 'answer', status: 200, errorType: '', message: '', body }
}

/** By the product's own reading of the answer. */
function records(
  world: BroadcastWorld,
  worker: Worker,
  gone: BroadcastWorld,
  design: Design,
): Step[] {
  const size = worker.numbers.filter((number) => number !== null).length
  const verdicts = readSendBulkEmail(answerOf(worker), size).values()
  const heard = each(gone, worker, (recipient, attempt) => {
    const verdict = verdicts.next().value
    const { email } = recipient
    const refused = (why: { counts: boolean; final: boolean; reason: string }) =>
      refuse(email, attempt, { ...REFUSING, ...why })
    let next: Lifecycle | null = null
    if (verdict?.type === 'accepted') next = accept(email, attempt, 0)
    else if (verdict?.type === 'in doubt') {
      next =
        worker.heard === 'short' && !design.doubtsGaps
          ? refused({ counts: false, final: false, reason: verdict.reason })
          : doubt(email, attempt, TIMES.windowMs, verdict.reason)
    } else if (verdict?.type === 'refused') next = refused(verdict)
    else if (verdict !== undefined) {
      next = refused({ counts: false, final: false, reason: verdict.type })
    }
    return { ...recipient, email: next ?? email }
  })
  const untold = { ...heard, workers: world.workers }
  return [
    { name: 'recorded', fault: false, next: heard },
    { name: 'recorded but not told so', fault: true, next: untold },
  ]
}

function each(
  world: BroadcastWorld,
  { numbers }: Worker,
  change: (recipient: Recipient, attempt: string) => Recipient,
): BroadcastWorld {
  const recipients = world.recipients.map((recipient, at) => {
    const number = numbers[at] ?? null
    return number === null ? recipient : change(recipient, attemptOf(recipient, number))
  })
  return { ...world, recipients }
}

function withAttempts(
  world: BroadcastWorld,
  { numbers }: Worker,
  change: (attempt: Attempt, at: number) => Partial<Attempt>,
): BroadcastWorld {
  const recipients = world.recipients.map((recipient, at) => ({
    ...recipient,
    attempts: recipient.attempts.map((attempt, index) =>
      index + 1 === numbers[at] ? { ...attempt, ...change(attempt, at) } : attempt,
    ),
  }))
  return { ...world, recipients }
}

function withWorker(world: BroadcastWorld, index: number, worker: Worker): BroadcastWorld {
  return { ...world, workers: world.workers.with(index, worker) }
}

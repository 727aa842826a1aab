import { statusOf } from '../../../src/domain/state.ts'
import { type Bounds, exploreWorlds, type Findings } from '../explore.ts'
import type { Violation } from '../violations.ts'
import { type Design, stepsFrom } from './steps.ts'
import { type BroadcastWorld, copiesOf, firstBroadcast, keyOf, mostCopies } from './world.ts'

const OPEN = new Set(['queued', 'sending', 'in_doubt'])
/** The most ordinary continuation, in this order: no fault, no luck, and nobody intervenes. */
const ORDINARY = [
  /^recorded$/,
  /^called: accepted(, accepted)?$/,
  /^marked$/,
  /^given back, not marked$/,
  /^event recorded$/,
  /^closed$/,
  /^resumed$/,
  /^(lease swept|doubt settled)$/,
  /^(range claimed|who is due claimed)$/,
  /^(finished|released|job made again|broadcast ended)$/,
  /^time passes$/,
]
const PATIENCE = 80

/** A broadcast, its range jobs and its workers. */
export function exploreBroadcast(design: Design, { attempts, faults }: Bounds): Findings {
  const settled = new Set<string>()
  return exploreWorlds(
    {
      first: firstBroadcast(design.policy),
      keyOf,
      stepsFrom: (world) => stepsFrom(world, design, attempts),
      copies: mostCopies,
      states: ({ recipients }) => recipients.map(({ email }) => email.state),
      violationsIn,
      settles: (key, world) => settles(key, world, design, settled),
    },
    faults,
  )
}

function violationsIn({ recipients, broadcast, calledTwice }: BroadcastWorld): Violation[] {
  const found: Violation[] = calledTwice ? ['two calls of one attempt'] : []
  for (const recipient of recipients) {
    const { email } = recipient
    const copies = copiesOf(recipient)
    const status = statusOf(email.state, email.facts, email.evidence_at)
    if (['failed', 'canceled', 'suppressed'].includes(status) && copies > 0) {
      found.push('says that nothing was sent of an accepted email')
    }
    if (status === 'sent' && copies === 0) {
      found.push('says sent of an email that SES never took')
    }
    if (broadcast === 'sent' && OPEN.has(email.state)) {
      found.push('open, but no sweep will find it')
    }
  }
  return found
}

function isOver({ recipients, workers }: BroadcastWorld): boolean {
  return workers.length === 0 && !recipients.some(({ email }) => OPEN.has(email.state))
}

/** Whether a world comes to an end by itself; each is walked once. */
function settles(
  key: string,
  world: BroadcastWorld,
  design: Design,
  settled: Set<string>,
): boolean {
  const walked: string[] = []
  let [at, here] = [key, world]
  while (!settled.has(at) && !isOver(here)) {
    const steps = stepsFrom(here, design, Infinity).filter(({ fault }) => !fault)
    const next = ORDINARY.map((kind) => steps.find(({ name }) => kind.test(name))).find(
      (step) => step !== undefined,
    )
    if (next === undefined || walked.length > PATIENCE) return false
    walked.push(at)
    here = next.next
    at = keyOf(here)
  }
  for (const each of walked) settled.add(each)
  return true
}

import { statusOf } from '../../../src/domain/state.ts'
import type { Bounds, Findings } from '../explore.ts'
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

/** All worlds that the steps can reach, those with fewer faults first. */
export function exploreBroadcast(design: Design, { attempts, faults }: Bounds): Findings {
  const came = new Map<string, { from: string | null; by: string }>()
  const settled = new Set<string>()
  const found: Findings = {
    states: 0,
    extraCopies: [],
    duplicateAt: null,
    duplicate: [],
    rows: new Set(),
    violations: new Map(),
  }
  const story = (key: string): string[] => {
    const names: string[] = []
    for (let at = came.get(key); at !== undefined && at.from !== null; at = came.get(at.from)) {
      names.unshift(at.by)
    }
    return names
  }
  const first = firstBroadcast(design.policy)
  came.set(keyOf(first), { from: null, by: '' })
  let layer = [{ key: keyOf(first), world: first }]
  let most = 0
  for (let spent = 0; spent <= faults; spent += 1) {
    const following = new Map<string, { world: BroadcastWorld; from: string; by: string }>()
    for (const { key, world } of layer) {
      found.states += 1
      const extra = mostCopies(world) - 1
      if (extra > most) most = extra
      if (extra > 0 && found.duplicateAt === null) {
        found.duplicateAt = spent
        found.duplicate = story(key)
      }
      for (const { email } of world.recipients) found.rows.add(email.state)
      const violations = violationsIn(world)
      if (!settles(key, world, design, settled)) {
        violations.push('does not end although nothing more goes wrong')
      }
      for (const violation of violations) {
        if (!found.violations.has(violation)) found.violations.set(violation, story(key))
      }
      for (const { name, fault, next } of stepsFrom(world, design, attempts)) {
        const nextKey = keyOf(next)
        if (came.has(nextKey)) continue
        if (fault) {
          following.set(nextKey, following.get(nextKey) ?? { world: next, from: key, by: name })
        } else {
          came.set(nextKey, { from: key, by: name })
          layer.push({ key: nextKey, world: next })
        }
      }
    }
    found.extraCopies[spent] = most
    layer = []
    for (const [key, { world, from, by }] of following) {
      if (came.has(key)) continue
      came.set(key, { from, by })
      layer.push({ key, world })
    }
  }
  return found
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

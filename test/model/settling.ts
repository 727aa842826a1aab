import type { Rules } from './rules.ts'
import { stepsFrom } from './steps.ts'
import { keyOf, type World } from './world.ts'

/** The most ordinary continuation, in this order: no fault, no luck (late events never come), nobody cancels. */
const ORDINARY = [
  /^\d recorded, /,
  /^\d called, (accepted|its signature is too old)$/,
  /^\d marked$/,
  /^\d (given back, too old to call|not marked, lost)$/,
  /^event channel up again$/,
  /^event of \d recorded$/,
  /^\d reaches SES late/,
  /^(lease swept|doubt settled)$/,
  /^\d claimed$/,
  /^time passes$/,
]
const ENDS = new Set(['sent', 'canceled', 'suppressed', 'failed', 'unknown'])
const PATIENCE = 60

/** Whether a world comes to an end by itself once nothing more goes wrong; each world is walked once. */
export function settling(rules: Rules): (key: string, world: World) => boolean {
  const known = new Set<string>()
  return (key, world) => {
    const walked: string[] = []
    let [at, here] = [key, world]
    while (!known.has(at) && !isOver(here)) {
      const next = ordinary(here, rules)
      if (next === null || walked.length > PATIENCE) return false
      walked.push(at)
      here = next
      at = keyOf(here)
    }
    for (const each of walked) known.add(each)
    return true
  }
}

function isOver({ email, workers }: World): boolean {
  return workers.length === 0 && ENDS.has(email.state)
}

function ordinary(world: World, rules: Rules): World | null {
  const steps = stepsFrom(world, rules, Infinity).filter(({ fault }) => !fault)
  for (const kind of ORDINARY) {
    const step = steps.find(({ name }) => kind.test(name))
    if (step !== undefined) return step.next
  }
  return null
}

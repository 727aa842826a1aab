import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { gatherEvidence } from './evidence.ts'
import { INVARIANTS } from './invariants/all.ts'
import { extraCopies } from './invariants/copies.ts'
import { type Lab, startLab } from './lab.ts'
import type { Result } from './result.ts'
import type { Scenario, Size } from './scenario.ts'
import { settled } from './settle.ts'

const LIMIT_SECONDS = 300
const SETTLES_SECONDS = 60
const HANG_SECONDS = 60
const SHOWN = 5
/** What the slowest machine still does, with others at work on it. */
const RECIPIENTS_A_SECOND = 20
const KILL_SECONDS = 10
const ROUND_SECONDS = 180
const SECOND = 1000

export interface Run {
  scenarios: readonly Scenario[]
  seed: number
  size: Size
  /** Where the stacks keep what they keep. */
  directory: string
  show: (result: Result) => void
}

/** Scenarios one after the other; those of one world share its processes. */
export async function runScenarios({
  scenarios,
  seed,
  size,
  directory,
  show,
}: Run): Promise<Result[]> {
  const results: Result[] = []
  for (const [world, own] of Map.groupBy(scenarios, (scenario) => scenario.world)) {
    const where = join(directory, world.name.replaceAll(/[^a-z0-9]+/gi, '-'))
    const lab = await startLab(world, seed, where)
    try {
      for (const scenario of own) {
        const result = await runOne(scenario, lab, size)
        results.push(result)
        show(result)
      }
    } finally {
      await lab.close()
    }
  }
  return results
}

async function runOne(scenario: Scenario, lab: Lab, size: Size): Promise<Result> {
  const startedAt = Date.now()
  const violations: string[] = []
  let settledSeconds = 0
  lab.notes.length = 0
  try {
    await inTime(scenario.run(lab, size), limitOf(size))
  } catch (error) {
    violations.push(`the scenario did not come to its end: ${String(error)}`)
  }
  const allowed = scenario.settles ?? SETTLES_SECONDS
  try {
    await lab.calm()
    settledSeconds = await settled(lab, {
      limitSeconds: LIMIT_SECONDS,
      hangSeconds: scenario.hangs ?? HANG_SECONDS,
    })
    if (settledSeconds > allowed) {
      violations.push(`I13 settled after ${settledSeconds} s, more than ${allowed}`)
    }
  } catch (error) {
    violations.push(`I13 ${String(error)}`)
  }
  const evidence = await gatherEvidence(lab)
  const looked: Record<string, number> = {}
  for (const invariant of INVARIANTS) {
    const { name, says } = invariant
    const found = invariant.find(evidence, { world: lab.world, kills: lab.kills })
    looked[name] = found.looked
    if (found.broken.length === 0 || scenario.excuses?.includes(name) === true) continue
    const shown = found.broken.slice(0, SHOWN).join('; ')
    violations.push(`${name} (${says}): ${found.broken.length}: ${shown}`)
  }
  violations.push(...(scenario.check?.(evidence, lab) ?? []))
  const unknown = evidence.emails.filter(({ state, canary }) => state === 'unknown' && canary === 0)
  const accepted = new Set(
    evidence.ledger.accepted.map(({ attemptId }) => attemptId?.split('_')[0]),
  )
  return {
    scenario: scenario.name,
    says: scenario.says,
    world: scenario.world.name,
    seed: lab.seed,
    recipients: evidence.emails.filter(({ canary }) => canary === 0).length,
    kills: lab.kills,
    points: Object.fromEntries(lab.driver.struck),
    accepted: evidence.ledger.accepted.length,
    copies: extraCopies(evidence),
    unknown: unknown.length,
    unknownAccepted: unknown.filter(({ id }) => accepted.has(id)).length,
    settledSeconds,
    seconds: Math.round((Date.now() - startedAt) / 100) / 10,
    looked,
    violations,
  }
}

/** Seconds in which a scenario of that size has done its worst, or hangs. */
function limitOf({ recipients, kills, hits }: Size): number {
  return (
    LIMIT_SECONDS + recipients / RECIPIENTS_A_SECOND + kills * KILL_SECONDS + hits * ROUND_SECONDS
  )
}

async function inTime(run: Promise<void>, seconds: number): Promise<void> {
  const ending = new AbortController()
  const late = setTimeout(seconds * SECOND, null, { signal: ending.signal }).then(() => {
    throw new Error(`it has not ended after ${seconds} s`)
  })
  late.catch(() => undefined)
  try {
    await Promise.race([run, late])
  } finally {
    ending.abort()
  }
}

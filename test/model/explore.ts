import type { State } from '../../src/domain/state.ts'
import type { Rules } from './rules.ts'
import { settling } from './settling.ts'
import { stepsFrom } from './steps.ts'
import { violationsIn, type Violation } from './violations.ts'
import { copies, firstWorld, keyOf } from './world.ts'

export interface Bounds {
  attempts: number
  faults: number
}

export interface Findings {
  states: number
  /** By faults, from 0: the most copies beyond the first that SES took. */
  extraCopies: number[]
  /** The fewest faults for a duplicate, null: none within the bounds. */
  duplicateAt: number | null
  /** The shortest story that leads to the first duplicate. */
  duplicate: string[]
  /** How every row ended up or stood somewhere on the way: a check that the model gets about. */
  rows: Set<State>
  /** Of each kind the first story. */
  violations: Map<Violation, string[]>
}

/** What is explored, by one world and what can follow it. */
export interface Explored<World> {
  first: World
  keyOf: (world: World) => string
  stepsFrom: (world: World) => { name: string; fault: boolean; next: World }[]
  /** Of the recipient who got the most. */
  copies: (world: World) => number
  states: (world: World) => State[]
  violationsIn: (world: World) => Violation[]
  /** Whether it comes to an end although nothing more goes wrong. */
  settles: (key: string, world: World) => boolean
}

/** One email, and two workers. */
export function explore(rules: Rules, { attempts, faults }: Bounds): Findings {
  return exploreWorlds(
    {
      first: firstWorld(rules.policy),
      keyOf,
      stepsFrom: (world) => stepsFrom(world, rules, attempts),
      copies,
      states: ({ email }) => [email.state],
      violationsIn,
      settles: settling(rules),
    },
    faults,
  )
}

/**
 * All worlds that the steps can reach, those with fewer faults first: a world seen with fewer
 * faults is never looked at again, so each layer holds what exactly that many faults add.
 */
export function exploreWorlds<World>(explored: Explored<World>, faults: number): Findings {
  const { first, keyOf, stepsFrom, copies, states, violationsIn, settles } = explored
  const came = new Map<string, { from: string | null; by: string }>()
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

  let layer = [{ key: keyOf(first), world: first }]
  came.set(keyOf(first), { from: null, by: '' })
  let most = 0
  for (let spent = 0; spent <= faults; spent++) {
    const following = new Map<string, { world: World; from: string; by: string }>()
    // The layer grows while it is read: breadth first, so the first story found is a shortest one.
    for (const { key, world } of layer) {
      found.states += 1
      const extra = copies(world) - 1
      if (extra > most) most = extra
      if (extra > 0 && found.duplicateAt === null) {
        found.duplicateAt = spent
        found.duplicate = story(key)
      }
      for (const state of states(world)) found.rows.add(state)
      const violations = violationsIn(world)
      if (!settles(key, world)) violations.push('does not end although nothing more goes wrong')
      for (const violation of violations) {
        if (!found.violations.has(violation)) found.violations.set(violation, story(key))
      }
      for (const { name, fault, next } of stepsFrom(world)) {
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

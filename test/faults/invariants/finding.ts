import type { Evidence } from '../evidence.ts'
import type { World } from '../world.ts'

/** What one invariant came to: so many things looked at, and those that break it. */
export interface Finding {
  looked: number
  broken: string[]
}

export interface Circumstances {
  world: World
  kills: number
}

export interface Invariant {
  /** As the fault matrix numbers them; `IU` counts those given up on. */
  name: string
  says: string
  find(evidence: Evidence, circumstances: Circumstances): Finding
}

/** Ids of attempts begin with the id of their email. */
export function emailOf(attempt: string | null): string {
  return attempt?.split('_')[0] ?? ''
}

export function groupBy<T>(items: T[], key: (item: T) => string): Map<string, T[]> {
  return Map.groupBy(items, key)
}

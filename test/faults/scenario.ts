import type { Evidence } from './evidence.ts'
import type { Lab } from './lab.ts'
import type { World } from './world.ts'

/** How much of it: `recipients` are written to, workerd dies `kills` times where a scenario kills. */
export interface Size {
  recipients: number
  kills: number
  /** How often each named point is struck. */
  hits: number
  /** Of the crash table in a round, by the seed; a full run takes all. */
  rows?: number
}

export interface Scenario {
  /** Of the fault matrix, such as `F6`. */
  name: string
  says: string
  world: World
  /** Sends and breaks. What it leaves broken is mended afterwards. */
  run(lab: Lab, size: Size): Promise<void>
  /** What must be so in the end beside the invariants: a sentence for each thing that is not. */
  check?(evidence: Evidence, lab: Lab): string[]
  /** Invariants that cannot hold in it. */
  excuses?: readonly string[]
  /** From the last fault to all settled, at most; seconds. */
  settles?: number
  /** So long nothing may move; seconds. */
  hangs?: number
}

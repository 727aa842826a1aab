import type { State } from '../../src/domain/state.ts'
import type { Lifecycle } from '../../src/domain/transition.ts'
import type { Operation } from './operations.ts'

export type Fields = Partial<Lifecycle>

export interface Rule {
  operation: Operation
  /** From all other states nothing happens. */
  from: readonly State[]
  /** Where the guard holds, and what changes there. */
  holds: [email: Fields, becomes: Fields][]
  /** Each violates one clause of the guard. */
  fails: Fields[]
}

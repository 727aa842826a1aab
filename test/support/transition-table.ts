import { STATES, type State } from '../../src/domain/state.ts'
import type { Lifecycle } from '../../src/domain/transition.ts'
import { ATTEMPT_RULES } from './attempt-rules.ts'
import { aLifecycle, NOW } from './lifecycle.ts'
import type { Operation } from './operations.ts'
import type { Fields, Rule } from './rule.ts'
import { WAITING_RULES } from './waiting-rules.ts'

export interface Case {
  name: string
  operation: Operation
  email: Lifecycle
  /** Null: nothing changes. */
  becomes: Lifecycle | null
}

/** Every row of the transition table: where a guard holds, and each way in which it does not. */
export const TRANSITIONS: Case[] = [...ATTEMPT_RULES, ...WAITING_RULES].flatMap(
  ({ operation, from, holds, fails }) => [
    ...holds.map(([email, becomes]) => aCase(operation, email, becomes)),
    ...fails.map((email) => aCase(operation, email, null)),
    ...STATES.filter((state) => !from.includes(state) && !touches(holds, state)).map((state) =>
      aCase(operation, { state }, null),
    ),
  ],
)

function touches(holds: Rule['holds'], state: State): boolean {
  return holds.some(([email]) => (email.state ?? 'queued') === state)
}

function aCase(operation: Operation, fields: Fields, becomes: Fields | null): Case {
  const email = aLifecycle(fields)
  const { type, ...by } = operation
  const told = Object.entries(by)
    .filter(([, value]) => typeof value === 'boolean' || value === 'sent' || value === 'resend')
    .map(([name, value]) => (value === true ? name : value === false ? `not ${name}` : value))
  const where = Object.entries(fields).map(([name, value]) =>
    typeof value === 'number' && value > 1e9
      ? `${name} ${value - NOW}`
      : `${name} ${JSON.stringify(value)}`,
  )
  return {
    name: `${[type, ...told].join(', ')}: ${where.join(', ') || 'queued'}`,
    operation,
    email,
    becomes: becomes === null ? null : { ...email, ...becomes },
  }
}

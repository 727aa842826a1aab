import { type Context, type Liquid, UndefinedVariableError } from 'liquidjs'
import { type PartName, sentence } from './fault.ts'
import type { Node } from './piece.ts'
import { presentVariables, Scope, type Variables } from './scope.ts'
import type { Slot } from './slots.ts'

/** `missing` names variables that are absent, null or empty and have no fallback. */
export type Rendering =
  | { type: 'rendered'; slots: Record<string, string> }
  | { type: 'missing'; names: string[] }
  | { type: 'failed'; part: PartName; message: string }

export interface NamedSlot {
  name: string
  part: PartName
  slot: Slot
}

/** Nodes of one engine run in their order, so what one assigns the next ones know. */
export function renderSlots(
  named: NamedSlot[],
  variables: Variables,
  locals: ReadonlySet<string>,
): Rendering {
  const slots: Record<string, string> = {}
  const missing = new Set<string>()
  const contexts = new Map<Liquid, Context>()
  for (const { name, part, slot } of named) {
    let value = ''
    for (const piece of slot) {
      if (typeof piece === 'string') {
        value += piece
        continue
      }
      try {
        value += print(piece, contexts, variables)
      } catch (thrown) {
        const absent = absentName(thrown)
        if (absent === null) return { type: 'failed', part, message: sentence(thrown) }
        missing.add(absent)
      }
    }
    slots[name] = value
  }
  if (missing.size === 0) return { type: 'rendered', slots }
  // What could not be assigned is missing only because of what it was to be assigned from.
  const given = [...missing].filter((name) => !locals.has(name.split('.')[0] ?? name))
  return { type: 'missing', names: given.length === 0 ? [...missing] : given }
}

function print(node: Node, contexts: Map<Liquid, Context>, variables: Variables): string {
  const { engine, template, finish } = node
  let context = contexts.get(engine)
  if (context === undefined) {
    context = new Scope(
      presentVariables(variables),
      engine.options,
      { sync: true },
      { liquid: engine },
    )
    contexts.set(engine, context)
  }
  const printed: unknown = engine.renderSync([template], context)
  return typeof printed === 'string' ? finish(printed) : ''
}

function absentName(thrown: unknown): string | null {
  if (!(thrown instanceof UndefinedVariableError)) return null
  const cause = thrown.originalError
  const isNamed = cause !== undefined && 'variableName' in cause
  return isNamed && typeof cause.variableName === 'string' ? cause.variableName : thrown.message
}

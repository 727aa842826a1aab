import { type Context, type Liquid, UndefinedVariableError } from 'liquidjs'
import { type PartName, sentence } from './fault.ts'
import { type TrackLink, trackedValue, withTrackedLinks } from '../domain/tracked-links.ts'
import type { Node, Piece } from './piece.ts'
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
  { locals, track }: { locals: ReadonlySet<string>; track: TrackLink },
): Rendering {
  const slots: Record<string, string> = {}
  const missing = new Set<string>()
  const contexts = new Map<Liquid, Context>()
  let failure: string | null = null
  for (const { name, part, slot } of named) {
    slots[name] = slot.map(valueOf).join('')
    if (failure !== null) return { type: 'failed', part, message: failure }
  }
  if (missing.size === 0) return { type: 'rendered', slots }
  // What could not be assigned is missing only because of what it was to be assigned from.
  const given = [...missing].filter((name) => !locals.has(name.split('.')[0] ?? name))
  return { type: 'missing', names: given.length === 0 ? [...missing] : given }

  function valueOf(piece: Piece): string {
    if (typeof piece === 'string') return piece
    if ('link' in piece) return trackedValue(piece, track)
    if ('inside' in piece) return withTrackedLinks(piece.inside.map(valueOf).join(''), track)
    try {
      return print(piece, contexts, variables)
    } catch (thrown) {
      const absent = absentName(thrown)
      if (absent === null) failure ??= sentence(thrown)
      else missing.add(absent)
      return ''
    }
  }
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

import { Context } from 'liquidjs'

/** JSON values by name. Null and what is blank count as absent, at every depth. */
export type Variables = Readonly<Record<string, unknown>>

/** What JavaScript keeps on its objects is never a variable. */
export const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** A template's view of one recipient's variables. */
export class Scope extends Context {
  /** Locals of the template (assign, capture, loops) may be empty, but never null. */
  override readProperty(...[owner, key]: Parameters<Context['readProperty']>): unknown {
    if (typeof key === 'string' && FORBIDDEN.has(key)) return undefined
    const value: unknown = super.readProperty(owner, key)
    if (value === null) return undefined
    return isBlank(value) && Object.getPrototypeOf(owner) !== null ? undefined : value
  }
}

/** A copy without prototype and without what is absent: counters of a template write into it. */
export function presentVariables(variables: Variables): Record<string, unknown> {
  const present: Record<string, unknown> = Object.create(null)
  for (const name of Object.keys(variables)) {
    const value = variables[name]
    if (!isBlank(value) && value !== null && value !== undefined && !FORBIDDEN.has(name))
      present[name] = value
  }
  return present
}

/** A greeting with a space in it greets nobody. */
function isBlank(value: unknown): boolean {
  return typeof value === 'string' && value.trim() === ''
}

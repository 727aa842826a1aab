export const VARIABLE_TYPES = ['string', 'number', 'boolean', 'object', 'list'] as const
export type VariableType = (typeof VARIABLE_TYPES)[number]

/** What a template declares; without a fallback (null) every send brings it. */
export interface TemplateVariable {
  key: string
  type: VariableType
  fallback_value: unknown
}

export const MAX_VARIABLES = 50
export const VARIABLE_KEY = /^[A-Za-z0-9_]{1,50}$/
const MAX_TEXT = 2000

/** Filled in by us wherever a template may use them, or words of the template language. */
const RESERVED: ReadonlySet<string> = new Set([
  'FIRST_NAME',
  'LAST_NAME',
  'EMAIL',
  'UNSUBSCRIBE_URL',
  'RESEND_UNSUBSCRIBE_URL',
  'AEROGRAM_PIXEL_URL',
  'contact',
  'this',
])

/** Why a variable cannot have this name, or null. */
export function variableKeyFault(key: string): string | null {
  if (!VARIABLE_KEY.test(key)) return '1 to 50 ASCII letters, digits and underscores.'
  return RESERVED.has(key) ? 'This name is reserved.' : null
}

/** Why a value is not of this type or too large, or null. */
export function variableFault(type: VariableType, value: unknown): string | null {
  if (typeOf(value) !== type) return `Expected a ${type}.`
  if (typeof value === 'string' && value.length > MAX_TEXT) return `At most ${MAX_TEXT} characters.`
  if (typeof value === 'number' && !(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) {
    return `At most ${Number.MAX_SAFE_INTEGER} either side of zero.`
  }
  return null
}

/** The values of one send over the fallbacks, or the first that is not what was declared. */
export function templateValues(
  declared: readonly TemplateVariable[],
  given: Readonly<Record<string, unknown>>,
): { values: Record<string, unknown> } | { fault: string; key: string } {
  const types = new Map(declared.map(({ key, type }) => [key, type]))
  const values = new Map(
    declared.flatMap(({ key, fallback_value: fallback }): [string, unknown][] =>
      fallback === null ? [] : [[key, isBlank(fallback) ? NOTHING : fallback]],
    ),
  )
  for (const [key, value] of Object.entries(given)) {
    if (RESERVED.has(key)) return { key, fault: 'This name is reserved.' }
    // As for recipients of a broadcast, what is empty is not there.
    if (value === null || isBlank(value)) continue
    const fault = variableFault(types.get(key) ?? typeOf(value), value)
    if (fault !== null) return { key, fault }
    values.set(key, value)
  }
  return { values: Object.fromEntries(values) }
}

/** Prints nothing without being absent, as a blank text would be. */
const NOTHING: unknown[] = []

function isBlank(value: unknown): boolean {
  return typeof value === 'string' && value.trim() === ''
}

function typeOf(value: unknown): VariableType {
  if (typeof value === 'string') return 'string'
  if (typeof value === 'number') return 'number'
  if (typeof value === 'boolean') return 'boolean'
  return Array.isArray(value) ? 'list' : 'object'
}

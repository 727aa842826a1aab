export type PropertyValue = string | number
export type PropertyType = 'string' | 'number'

export const PROPERTY_KEY = /^[A-Za-z0-9_]{1,50}$/
const MAX_TEXT = 500

/** Why a value cannot be kept as a property, or null. Null deletes it. */
export function propertyFault(value: unknown, type: PropertyType | null): string | null {
  if (value === null) return null
  if (typeof value === 'boolean' && type !== 'number') return null
  if (typeof value !== 'string' && typeof value !== 'number') return 'A text or a number.'
  if (type !== null && typeof value !== type) return `Expected a ${type}.`
  if (typeof value === 'number') return Number.isFinite(value) ? null : 'A finite number.'
  if (value.length <= MAX_TEXT && value.isWellFormed() && !value.includes('\u0000')) return null
  return `At most ${MAX_TEXT} characters of text.`
}

/** As kept; `true` and `false` become text, since a property is a text or a number. */
export function keptProperty(value: string | number | boolean | null): PropertyValue | null {
  return typeof value === 'boolean' ? String(value) : value
}

export interface ContactNames {
  first_name: string | null
  last_name: string | null
}

/**
 * What a contact brings into a broadcast: the properties, fallbacks in the place of what is missing,
 * and the names, which templates write in capitals. `name` is how the To header shows it.
 */
export function contactRecipient(
  { first_name, last_name }: ContactNames,
  properties: Record<string, PropertyValue>,
  fallbacks: Record<string, PropertyValue>,
): { name: string | null; variables: string | null } {
  const variables = {
    ...fallbacks,
    ...properties,
    ...(first_name !== null && { first_name }),
    ...(last_name !== null && { last_name }),
  }
  return {
    // A family name alone would be read as a first name.
    name: first_name === null ? null : [first_name, last_name ?? ''].join(' ').trim(),
    variables: Object.keys(variables).length === 0 ? null : JSON.stringify(variables),
  }
}

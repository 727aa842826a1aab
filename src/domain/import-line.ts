import { normalAddress } from './address.ts'
import {
  PROPERTY_KEY,
  propertyFault,
  type PropertyType,
  type PropertyValue,
} from './contact-values.ts'
import { isSingleLine } from './single-line.ts'

/** Which column of a CSV means what, by the names in its header row. */
export interface ColumnMap {
  email?: string | null | undefined
  first_name?: string | null | undefined
  last_name?: string | null | undefined
  unsubscribed?: string | null | undefined
  properties?:
    Record<string, { column: string; type?: ImportType | null | undefined }> | null | undefined
}
export type ImportType = PropertyType | 'boolean'

export interface ImportColumns {
  email: number
  first_name: number | null
  last_name: number | null
  unsubscribed: number | null
  properties: { key: string; at: number; type: ImportType }[]
}

export interface ImportedContact {
  address: string
  /** Null: the line says nothing of it. */
  first_name: string | null
  last_name: string | null
  unsubscribed: boolean
  properties: Record<string, PropertyValue>
}

const MAX_NAME = 150
const FIELDS = ['email', 'first_name', 'last_name', 'unsubscribed'] as const

/**
 * From the header row. Without a map, columns are what they are called; others are properties if such
 * are declared. A sentence about what is wrong otherwise.
 */
export function importColumns(
  header: string[],
  map: ColumnMap | null,
  declared: ReadonlyMap<string, PropertyType>,
): ImportColumns | { fault: string } {
  const names = header.map((cell) => cell.trim())
  const lower = names.map((name) => name.toLowerCase())
  const place = (column: string) => {
    const exact = names.indexOf(column.trim())
    return exact === -1 ? lower.indexOf(column.trim().toLowerCase()) : exact
  }
  const columns: ImportColumns = {
    email: -1,
    first_name: null,
    last_name: null,
    unsubscribed: null,
    properties: [],
  }
  for (const field of FIELDS) {
    const named = map?.[field] ?? null
    const at = place(named ?? field)
    if (at !== -1) columns[field] = at
    else if (named !== null || field === 'email') {
      return { fault: `The header row names no column \`${named ?? field}\`.` }
    }
  }
  const properties =
    map === null
      ? [...declared.keys()]
          .filter((key) => place(key) !== -1)
          .map((key) => ({ key, column: key, type: null }))
      : Object.entries(map.properties ?? {}).map(([key, { column, type }]) => ({
          key,
          column,
          type,
        }))
  for (const { key, column, type } of properties) {
    const at = place(column)
    if (at === -1) return { fault: `The header row names no column \`${column}\`.` }
    if (!PROPERTY_KEY.test(key))
      return { fault: `\`${key.slice(0, 50)}\` is no key of a property.` }
    columns.properties.push({ key, at, type: type ?? declared.get(key) ?? 'string' })
  }
  return columns
}

/** One record; an empty cell says nothing. */
export function importedContact(
  cells: string[],
  columns: ImportColumns,
): { contact: ImportedContact } | { fault: string } {
  const cell = (at: number | null) => (at === null ? '' : (cells[at] ?? '').trim())
  const email = cell(columns.email)
  if (email === '') return { fault: 'it has no email' }
  const address = normalAddress(email)
  if (address === null) return { fault: 'its email is not an address that mail can be sent to' }
  const names = [cell(columns.first_name), cell(columns.last_name)]
  if (names.some((name) => name.length > MAX_NAME || !isSingleLine(name))) {
    return { fault: `a name is not at most ${MAX_NAME} characters on one line` }
  }
  const left = cell(columns.unsubscribed).toLowerCase()
  if (!/^(|true|false|1|0|yes|no)$/.test(left)) {
    return { fault: 'its unsubscribed is neither true nor false' }
  }
  const properties: Record<string, PropertyValue> = {}
  for (const { key, at, type } of columns.properties) {
    const text = cell(at)
    if (text === '') continue
    const value = type === 'number' ? Number(text) : text
    const fault = propertyFault(value, type === 'number' ? 'number' : 'string')
    if (fault !== null) return { fault: `its property \`${key}\` is wrong. ${fault}` }
    properties[key] = type === 'boolean' ? text.toLowerCase() : value
  }
  return {
    contact: {
      address,
      first_name: names[0] || null,
      last_name: names[1] || null,
      unsubscribed: /^(true|1|yes)$/.test(left),
      properties,
    },
  }
}

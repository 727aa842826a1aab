import { normalAddress } from './address.ts'
import { isSingleLine } from './single-line.ts'

/** A recipient as an upload brings it; `variables` is a JSON object, or null. */
export interface LineRecipient {
  address: string
  name: string | null
  variables: string | null
}
export type ParsedLine = { recipient: LineRecipient } | { fault: string }

const MAX_NAME = 320
/** Of one recipient's variables as JSON; SES takes 262,144 characters of template data. */
const MAX_VARIABLES = 65_536
const MAX_KEY = 100
const MAX_DEPTH = 8

/** One line of NDJSON: `{"email", "name"?, "variables"?}`. */
export function jsonLine(line: string): ParsedLine {
  const parsed = parseObject(line)
  if (parsed === null) return { fault: 'it is not a JSON object' }
  const { email, name, variables } = parsed
  if (email === undefined || email === null) return { fault: 'it has no email' }
  if (typeof email !== 'string') return { fault: 'its email is not a string' }
  if (name !== undefined && name !== null && typeof name !== 'string') {
    return { fault: 'its name is not a string' }
  }
  if (variables === undefined || variables === null) return recipient(email, name ?? null, null)
  if (!isObject(variables)) return { fault: 'its variables are not an object' }
  return recipient(email, name ?? null, variables)
}

/** Which cell of a CSV means what. */
export interface Columns {
  email: number
  name: number | null
  /** Every other column. */
  variables: { name: string; at: number }[]
}

/** From the header row; a sentence about what is wrong with it otherwise. */
export function csvColumns(header: string[]): Columns | { fault: string } {
  const names = header.map((cell) => cell.trim())
  const lower = names.map((name) => name.toLowerCase())
  const email = lower.indexOf('email')
  if (email === -1) return { fault: 'The header row names no column `email`.' }
  const double = names.find((name, at) => name !== '' && names.indexOf(name) !== at)
  if (double !== undefined || lower.lastIndexOf('email') !== email) {
    return { fault: `The header row names a column twice: \`${double ?? 'email'}\`.` }
  }
  const name = lower.indexOf('name')
  return {
    email,
    name: name === -1 ? null : name,
    variables: names
      .map((each, at) => ({ name: each, at }))
      .filter((each) => each.name !== '' && each.at !== email && each.at !== name),
  }
}

/** One record of a CSV; an empty cell is no variable. */
export function csvRecipient(cells: string[], columns: Columns): ParsedLine {
  const email = (cells[columns.email] ?? '').trim()
  if (email === '') return { fault: 'it has no email' }
  const name = columns.name === null ? null : (cells[columns.name] ?? null)
  const variables = columns.variables
    .map(({ name, at }): [string, string] => [name, cells[at] ?? ''])
    .filter(([, value]) => value !== '')
  return recipient(email, name, variables.length === 0 ? null : Object.fromEntries(variables))
}

function recipient(
  email: string,
  givenName: string | null,
  variables: Record<string, unknown> | null,
): ParsedLine {
  const address = normalAddress(email)
  if (address === null) return { fault: 'its email is not an address that mail can be sent to' }
  const name = givenName?.trim().replace(/\s{2,}|[^\S ]/g, ' ') || null
  if (name !== null && (name.length > MAX_NAME || !isSingleLine(name) || !name.isWellFormed())) {
    return { fault: `its name is not at most ${MAX_NAME} characters on one line` }
  }
  if (variables === null) return { recipient: { address, name, variables: null } }
  const read = readVariables(variables)
  return 'fault' in read ? read : { recipient: { address, name, variables: read.json } }
}

/** A recipient's variables as they are kept, or why they cannot be. What is null is not there. */
export function readVariables(
  given: Record<string, unknown>,
): { json: string } | { fault: string } {
  const variables = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null))
  const fault = variablesFault(variables, MAX_DEPTH)
  if (fault !== null) return { fault }
  const json = JSON.stringify(variables)
  if (json.length <= MAX_VARIABLES) return { json }
  return { fault: `its variables take more than ${MAX_VARIABLES} characters` }
}

/** What neither a mail nor SQLite can carry. */
function variablesFault(value: unknown, depth: number): string | null {
  if (typeof value === 'string') {
    return value.includes('\u0000') || !value.isWellFormed() ? 'a variable is not plain text' : null
  }
  if (typeof value !== 'object' || value === null) return null
  if (depth === 0) return `its variables are nested deeper than ${MAX_DEPTH}`
  for (const [key, inner] of Object.entries(value)) {
    if (key === '' || key.length > MAX_KEY || !key.isWellFormed() || key.includes('"')) {
      return `the name of a variable is not 1 to ${MAX_KEY} characters without quotes`
    }
    const fault = variablesFault(inner, depth - 1)
    if (fault !== null) return fault
  }
  return null
}

function parseObject(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

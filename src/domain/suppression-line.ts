import { normalAddress } from './address.ts'

export const MAX_REASON = 500
export const MAX_SOURCE = 200

/** A suppression as an import brings it; `createdAt` is epoch milliseconds, or null: now. */
export interface SuppressionLine {
  address: string
  origin: 'bounce' | 'complaint' | 'manual'
  reason: string | null
  source: string | null
  createdAt: number | null
}
export type ParsedSuppression = { suppression: SuppressionLine } | { fault: string }

const FIELDS = ['email', 'origin', 'reason', 'source', 'created_at'] as const
type Field = (typeof FIELDS)[number]

/** One line of NDJSON: `{"email", "origin"?, "reason"?, "source"?, "created_at"?}`. */
export function suppressionJson(line: string): ParsedSuppression {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return { fault: 'it is not a JSON object' }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { fault: 'it is not a JSON object' }
  }
  const given = new Map(Object.entries(value))
  const fields: Partial<Record<Field, string>> = {}
  for (const field of FIELDS) {
    const text: unknown = given.get(field) ?? ''
    if (typeof text !== 'string') return { fault: `its ${field} is not a string` }
    fields[field] = text
  }
  return parsed(fields)
}

/** Which cell of a CSV means what; columns of other names are not read. */
export type SuppressionColumns = Partial<Record<Field, number>>

export function suppressionColumns(header: string[]): SuppressionColumns | { fault: string } {
  const names = header.map((cell) => cell.trim().toLowerCase())
  if (!names.includes('email')) return { fault: 'The header row names no column `email`.' }
  const found: SuppressionColumns = {}
  for (const field of FIELDS) {
    const at = names.indexOf(field)
    if (at === -1) continue
    if (names.lastIndexOf(field) !== at) {
      return { fault: `The header row names a column twice: \`${field}\`.` }
    }
    found[field] = at
  }
  return found
}

export function suppressionRecord(cells: string[], columns: SuppressionColumns): ParsedSuppression {
  const fields: Partial<Record<Field, string>> = {}
  for (const field of FIELDS) {
    const at = columns[field]
    if (at !== undefined) fields[field] = cells[at] ?? ''
  }
  return parsed(fields)
}

function parsed(fields: Partial<Record<Field, string>>): ParsedSuppression {
  const [email, origin, reason, source, createdAt] = FIELDS.map(
    (field) => fields[field]?.trim() || null,
  )
  if (email === null || email === undefined) return { fault: 'it has no email' }
  const address = normalAddress(email)
  if (address === null) return { fault: 'its email is not an address that mail can be sent to' }
  const known = originOf(origin ?? 'manual')
  if (known === null) return { fault: 'its origin is not bounce, complaint or manual' }
  const fault = textFault('reason', reason, MAX_REASON) ?? textFault('source', source, MAX_SOURCE)
  if (fault !== null) return { fault }
  const at = createdAt ? Date.parse(createdAt) : null
  if (at !== null && !(at > 0)) return { fault: 'its created_at is not an ISO 8601 time' }
  return {
    suppression: {
      address,
      origin: known,
      reason: reason ?? null,
      source: source ?? null,
      createdAt: at,
    },
  }
}

function originOf(text: string): SuppressionLine['origin'] | null {
  const lower = text.toLowerCase()
  return lower === 'bounce' || lower === 'complaint' || lower === 'manual' ? lower : null
}

function textFault(field: Field, text: string | null | undefined, most: number): string | null {
  if (!text) return null
  const isPlain = text.length <= most && text.isWellFormed() && !text.includes('\u0000')
  return isPlain ? null : `its ${field} is not at most ${most} characters of plain text`
}

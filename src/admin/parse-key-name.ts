import { isSingleLine } from '../domain/single-line.ts'
import { invalidField, missingField } from '../http/errors.ts'

const MAX_NAME = 320

/** May be empty, but not absent. */
export function parseKeyName(name: string | null | undefined): string {
  if (name === null || name === undefined) throw missingField('name')
  if (isSingleLine(name) && name.length <= MAX_NAME) return name
  throw invalidField('name', `At most ${MAX_NAME} characters on one line.`)
}

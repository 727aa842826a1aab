import { isSingleLine } from '../domain/single-line.ts'
import { invalidField } from '../http/errors.ts'

/** `most`: characters. */
export function parseLine(field: string, value: string, most: number): string {
  if (isSingleLine(value) && value.length <= most && value.isWellFormed()) return value
  throw invalidField(field, `At most ${most} characters on one line.`)
}

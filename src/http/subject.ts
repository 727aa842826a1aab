import { isSingleLine } from '../domain/single-line.ts'
import { invalidField, missingField } from './errors.ts'

const MAX_SUBJECT = 998

export function parseSubject(subject: string | null | undefined): string {
  if (subject === null || subject === undefined) throw missingField('subject')
  if (!isSingleLine(subject) || subject.length > MAX_SUBJECT) {
    throw invalidField('subject', `At most ${MAX_SUBJECT} characters on one line.`)
  }
  return subject
}

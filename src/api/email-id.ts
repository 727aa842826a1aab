import { UUID } from '../domain/id.ts'
import { notFound } from './errors.ts'

/** From a path; what cannot be one of our ids names no email. */
export function emailId(given: string | undefined): string {
  const id = given?.toLowerCase() ?? ''
  if (UUID.test(id)) return id
  throw notFound('Email')
}

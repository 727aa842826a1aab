import { UUID } from '../domain/id.ts'
import { notFound } from './errors.ts'

/** From a path; what cannot be one of our ids names nothing. */
export function pathId(given: string | undefined, what: string): string {
  const id = given?.toLowerCase() ?? ''
  if (UUID.test(id)) return id
  throw notFound(what)
}

import { pathId } from '../http/path-id.ts'

/** From a path; what cannot be one of our ids names no email. */
export function emailId(given: string | undefined): string {
  return pathId(given, 'Email')
}

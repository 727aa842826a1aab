import type { Segment } from '../db/audience/segment-source.ts'
import { iso } from '../http/iso.ts'

/** A segment within a list. */
export function listedAnswer({ id, name, written, created_at }: Segment): object {
  return { id, name, filter: written, created_at: iso(created_at) }
}

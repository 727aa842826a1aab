import { readSegment } from '../db/audience/segments.ts'
import { UUID } from '../domain/id.ts'
import { invalidField } from '../http/errors.ts'
import type { DraftInput } from './broadcast-schema.ts'

/** The segment that a draft names, by the new name of the field or the old one; undefined: neither. */
export function parseSegmentId({ segment_id, audience_id }: DraftInput): string | null | undefined {
  const given = [segment_id, audience_id].filter((id) => id !== undefined)
  const [first, ...others] = given.filter((id) => id !== null && id !== '')
  if (first === undefined) return given.length === 0 ? undefined : null
  const id = typeof first === 'string' ? first.toLowerCase() : ''
  if (!UUID.test(id)) throw invalidField(first === segment_id ? 'segment_id' : 'audience_id', NONE)
  if (others.some((other) => other !== first)) {
    throw invalidField('audience_id', 'It is the old name of `segment_id`: give one of them.')
  }
  return id
}

const NONE = 'There is no segment of this id.'

/** Throws when there is none. */
export async function checkSegment(id: string | null, db: D1Database): Promise<void> {
  if (id !== null && (await readSegment(db, id)) === null) throw invalidField('segment_id', NONE)
}

import { readSegment } from '../db/audience/segments.ts'
import type { Segment } from '../db/audience/segment-source.ts'
import type { ApiContext } from '../http/endpoint.ts'
import { ApiError, notFound } from '../http/errors.ts'
import { pathId } from '../http/path-id.ts'

/** `what`: how the contract calls it here. */
export async function segmentOfId(
  given: string | undefined,
  db: D1Database,
  what: 'Segment' | 'Audience' = 'Segment',
): Promise<Segment> {
  const segment = await readSegment(db, pathId(given, what))
  if (segment === null) throw notFound(what)
  return segment
}

/** The one that the path names, which members are put into. */
export async function namedStatic(c: ApiContext, db: D1Database): Promise<Segment> {
  const segment = await segmentOfId(c.req.param('segment'), db)
  if (segment.filter === null) return segment
  throw new ApiError(
    422,
    'validation_error',
    'The members of this segment are found by its filter.',
  )
}

import type { SegmentFilter } from '../../domain/segment-filter.ts'
import { segmentSql } from '../../domain/segment-sql.ts'

export interface Segment {
  id: string
  name: string
  /** Null: its members are put into it. */
  filter: SegmentFilter | null
  /** The filter as its author wrote it. */
  written: unknown
  created_at: number
}

/** Where the contacts of a segment, `c`, are read from. */
export interface SegmentSource {
  from: string
  /** The contact's id, as this source is ordered by it. */
  key: string
  where: string
  parameters: (string | number)[]
}

/** `first`: the number of its first parameter. */
export function segmentSource(segment: Segment | null, now: number, first: number): SegmentSource {
  if (segment === null) return { from: 'contacts c', key: 'c.id', where: 'TRUE', parameters: [] }
  if (segment.filter === null) {
    return {
      from: 'segment_members m CROSS JOIN contacts c ON c.id = m.contact_id',
      key: 'm.contact_id',
      where: `m.segment_id = ?${first}`,
      parameters: [segment.id],
    }
  }
  const { sql, parameters } = segmentSql(segment.filter, now, first)
  return { from: 'contacts c', key: 'c.id', where: sql, parameters }
}

/** Whether a contact, `c`, is one of them. */
export function isInSegment(
  segment: Segment,
  now: number,
  first: number,
): { sql: string; parameters: (string | number)[] } {
  if (segment.filter !== null) return segmentSql(segment.filter, now, first)
  return {
    sql: `EXISTS (SELECT 1 FROM segment_members m WHERE m.segment_id = ?${first} AND m.contact_id = c.id)`,
    parameters: [segment.id],
  }
}

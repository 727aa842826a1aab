import type { FeedRow } from './webhook-body.ts'
import type { WebhookPlace } from './webhook-place.ts'

/** Where an endpoint stands in the order of arrival: it is done with all before. */
export interface Position {
  /** The last row that it is done with. */
  cursor: number
  /** Of the row just after, how many keys it is done with, too. */
  key: number
}

/** Keys of a row, `to` not included. */
export interface Slice {
  row: FeedRow
  from: number
  to: number
}

/** The next rows as far as `room` events, a row with more of them in pieces; and where that ends. */
export function slicesAfter(
  position: Position,
  rows: FeedRow[],
  room: number,
): { slices: Slice[]; end: Position } {
  const slices: Slice[] = []
  let end = position
  let left = room
  for (const row of rows) {
    const from = row.id === position.cursor + 1 ? position.key : 0
    const to = Math.min(row.keys.length, from + left)
    slices.push({ row, from, to })
    if (to < row.keys.length) return { slices, end: { cursor: row.id - 1, key: to } }
    end = { cursor: row.id, key: 0 }
    left -= Math.max(1, to - from)
    if (left < 1) break
  }
  return { slices, end }
}

/** Everything before a place is done with. */
export function positionAt({ feed, key }: Pick<WebhookPlace, 'feed' | 'key'>): Position {
  return { cursor: feed - 1, key }
}

import {
  type FeedRow,
  type WebhookEvent,
  webhookEvents,
  type Wording,
} from '../../domain/webhook-body.ts'
import { readFeed } from './read-feed.ts'
import { readToldEvents } from './read-told-events.ts'

/** Rows looked at in one go, as long as they tell of no more than so many happenings. */
const ROWS = 100
const HAPPENINGS = 500

export interface Told {
  row: FeedRow
  events: WebhookEvent[]
}

/** What was told after a row, in the order of arrival; empty: nothing more. A row may tell nothing. */
export async function readTold(db: D1Database, after: number, wording: Wording): Promise<Told[]> {
  const rows = firstOf(await readFeed(db, after, ROWS))
  const told = await readToldEvents(db, rows)
  return rows.map((row) => ({ row, events: webhookEvents(row, told, wording) }))
}

function firstOf(rows: FeedRow[]): FeedRow[] {
  let happenings = 0
  const end = rows.findIndex(({ keys }, index) => {
    happenings += keys.length
    return index > 0 && happenings > HAPPENINGS
  })
  return end === -1 ? rows : rows.slice(0, end)
}

/** How a statement is told which emails it is about: JSON in its first parameter. */
export type Chosen = 'ids' | 'ranges'

/** Emails of a broadcast from one id to another; others may lie between, so the broadcast counts too. */
export interface EmailRange {
  broadcast: string
  first: string
  last: string
}

export const CHOSEN: Record<Chosen, string> = {
  ids: `SELECT value FROM json_each(?1)`,
  // CROSS JOIN keeps the order: a few ranges, each a scan of some fifty keys.
  ranges: `SELECT e.id FROM json_each(?1) r CROSS JOIN emails e
    ON e.id BETWEEN r.value->>'first' AND r.value->>'last' WHERE e.broadcast_id = r.value->>'broadcast'`,
}

/** The same, but of ranges at most `?5` that wait to be claimed: what the Governor has granted. */
export const CLAIMED: Record<Chosen, string> = {
  ids: CHOSEN.ids,
  ranges: `${CHOSEN.ranges} AND e.state = 'queued' AND (e.due_at IS NULL OR e.due_at <= ?2) LIMIT ?5`,
}

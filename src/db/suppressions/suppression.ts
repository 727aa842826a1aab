export type Origin = 'bounce' | 'complaint' | 'manual'

/** An address that nothing is sent to. Times are epoch milliseconds. */
export interface Suppression {
  id: string
  address: string
  origin: Origin
  /** The email that it came of. */
  source_id: string | null
  created_at: number
  /** A pause: it ends then. Null: it stays. */
  until: number | null
  reason: string | null
  source: string | null
}

export interface NewSuppression {
  id: string
  /** In normal form. */
  address: string
  origin: Origin
  reason: string | null
  source: string | null
  createdAt: number
}

/** Of a row `s`, for `now` as the parameter: a pause that is over suppresses nothing. */
export function holds(now: string): string {
  return `(s.until IS NULL OR s.until > ${now})`
}

export const SUPPRESSION_COLUMNS =
  'id, address, origin, source_id, created_at, until, reason, source'

/** A notice of the rows `s`, as webhooks have it; ours is under `ses`. */
export const SUPPRESSION_DATA = `json_object('id', s.id, 'email', s.address, 'origin', s.origin,
  'source_id', s.source_id, 'created_at', strftime('%Y-%m-%dT%H:%M:%fZ', s.created_at / 1000.0, 'unixepoch'))`

/** An endpoint of a host application, as the table has it. Times are epoch milliseconds. */
export interface WebhookRow {
  id: string
  endpoint: string
  /** JSON list of types; null: those of the contract. */
  events: string | null
  status: 'enabled' | 'disabled'
  reason: string | null
  secret: string
  previous_secret: string | null
  previous_until: number | null
  cursor: number
  cursor_key: number
  failing_since: number | null
  failures: number
  probe_at: number | null
  lease: string | null
  lease_until: number | null
  created_at: number
  changed_at: number
}

/** Null: those of the contract. The list was written by us as JSON of this very shape. */
export function eventsOf({ events }: Pick<WebhookRow, 'events'>): string[] | null {
  return events === null ? null : JSON.parse(events)
}

/** What signs at a moment, the present secret first. */
export function secretsOf(
  { secret, previous_secret, previous_until }: WebhookRow,
  now: number,
): string[] {
  const isValid = previous_secret !== null && previous_until !== null && now < previous_until
  return isValid ? [secret, previous_secret] : [secret]
}

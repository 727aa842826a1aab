import type { LedgerEntry } from '../db/broadcasts/read-ledger.ts'
import { isoOrNull } from '../http/iso.ts'

/** One recipient in exact words. */
export function ledgerAnswer(entry: LedgerEntry): Record<string, string | number | boolean | null> {
  return {
    id: entry.id,
    email: entry.address,
    name: entry.name,
    state: entry.state,
    status: entry.status,
    reason: entry.reason,
    attempts: entry.attempts,
    doubted: entry.doubted === 1,
    message_id: entry.ses_message_id,
    claimed_at: isoOrNull(entry.claimed_at),
    sent_at: isoOrNull(entry.sent_at),
    delivered_at: isoOrNull(entry.delivered_at),
    bounced_at: isoOrNull(entry.permanent_bounce_at),
    transient_bounce_at: isoOrNull(entry.transient_bounce_at),
    complained_at: isoOrNull(entry.complained_at),
    opened_at: isoOrNull(entry.opened_at),
    clicked_at: isoOrNull(entry.clicked_at),
    unsubscribed_at: isoOrNull(entry.unsubscribed_at),
    suppressed_at: isoOrNull(entry.suppressed_at),
  }
}

import type { BroadcastState } from './broadcast-state.ts'
import type { State } from './state.ts'

/** Where a recipient of a broadcast stands: exactly one of these at every instant. */
export const LEDGER_STATES = [
  'sent',
  'in_doubt',
  'unknown',
  'failed',
  'skipped',
  'waiting',
] as const
export type LedgerState = (typeof LEDGER_STATES)[number]

export interface LedgerRow {
  state: State
  doubted: boolean
  evidence_at: number | null
  rejected_at: number | null
  render_failed_at: number | null
}

/**
 * What SES said of an email outranks what we decided. From the moment of a cancel whoever is not
 * being sent to is skipped, whether the row is closed already or not. The statements of
 * db/broadcasts/ledger-sql.ts say the same.
 */
export function ledgerState(email: LedgerRow, broadcast: BroadcastState): LedgerState {
  if (email.rejected_at !== null || email.render_failed_at !== null) return 'failed'
  if (email.evidence_at !== null) return 'sent'
  switch (email.state) {
    case 'sent':
    case 'in_doubt':
    case 'unknown':
    case 'failed':
      return email.state
    case 'suppressed':
    case 'canceled':
      return 'skipped'
    case 'sending':
      return 'waiting'
    case 'scheduled':
    case 'queued':
      if (broadcast !== 'canceled') return 'waiting'
      // Once in doubt, nobody may claim that nothing was sent.
      return email.doubted ? 'unknown' : 'skipped'
    default:
      return email.state satisfies never
  }
}

export const CANCELED_REASON = 'the broadcast was canceled'

const SKIPPED = new Map([
  ['the address is suppressed', 'suppressed'],
  ['the address it is redirected to is suppressed', 'suppressed'],
  ['the person was erased', 'suppressed'],
  ['the recipient has unsubscribed', 'unsubscribed'],
  ['the recipient policy of this environment', 'recipient_policy'],
  [CANCELED_REASON, 'canceled'],
  ['canceled', 'canceled'],
])

/** The reason of a skipped recipient in a word. */
export function skippedAs(reason: string | null): string {
  return SKIPPED.get(reason ?? '') ?? 'other'
}

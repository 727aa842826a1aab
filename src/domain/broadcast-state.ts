/** What we or a person decided about a broadcast. */
export type BroadcastState =
  'draft' | 'scheduled' | 'sending' | 'paused' | 'braked' | 'sent' | 'canceled'

/** Resend's closed set; the exact word stands in `progress.state`. */
export type ContractStatus = 'draft' | 'scheduled' | 'queued' | 'sent' | 'failed'

/** Only a started broadcast is ever canceled: one canceled before is a draft again. */
export function contractStatus(state: BroadcastState): ContractStatus {
  switch (state) {
    case 'sending':
    case 'paused':
    case 'braked':
      return 'queued'
    case 'canceled':
      return 'failed'
    case 'draft':
    case 'scheduled':
    case 'sent':
      return state
    default:
      return state satisfies never
  }
}

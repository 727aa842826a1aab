import type { Facts } from './facts.ts'

/** What we decided about an email; the only lifecycle value that is ever written. */
export const STATES = [
  'scheduled',
  'queued',
  'sending',
  'in_doubt',
  'sent',
  'canceled',
  'suppressed',
  'failed',
  'unknown',
] as const
export type State = (typeof STATES)[number]

/** States in which something is still to be done. */
export const OPEN_STATES = ['scheduled', 'queued', 'sending', 'in_doubt'] as const satisfies State[]

/** What is true of an email, derived from facts and state, never written. */
export type Status =
  State | 'complained' | 'rejected' | 'bounced' | 'delivered' | 'transient_bounce' | 'delayed'

/**
 * The highest fact wins; any fact of SES outranks what we decided. A permanent bounce outranks a
 * delivery (it can come after it); a transient one does not (out-of-office replies arrive as such).
 * The generated column `status` says the same in SQL.
 */
export function statusOf(state: State, facts: Facts, evidenceAt: number | null): Status {
  if (facts.complained_at !== null) return 'complained'
  if (facts.rejected_at !== null) return 'rejected'
  if (facts.render_failed_at !== null) return 'failed'
  if (facts.suppressed_at !== null) return 'suppressed'
  if (facts.permanent_bounce_at !== null) return 'bounced'
  if (facts.delivered_at !== null) return 'delivered'
  if (facts.transient_bounce_at !== null) return 'transient_bounce'
  if (facts.delay_first_at !== null) return 'delayed'
  if (evidenceAt !== null) return 'sent'
  return state
}

/** Resend's closed set of `last_event` words. */
export type LastEvent =
  | 'queued'
  | 'scheduled'
  | 'canceled'
  | 'sent'
  | 'delivered'
  | 'delivery_delayed'
  | 'bounced'
  | 'complained'
  | 'failed'
  | 'suppressed'
  | 'opened'
  | 'clicked'

/** Opened and clicked outrank delivered, never a bounce or a complaint. */
export function lastEvent(status: Status, opened: boolean, clicked: boolean): LastEvent {
  switch (status) {
    case 'scheduled':
    case 'canceled':
    case 'bounced':
    case 'complained':
    case 'suppressed':
    case 'failed':
      return status
    case 'rejected':
      return 'failed'
    case 'transient_bounce':
      return 'bounced'
    case 'queued':
    case 'sending':
    case 'in_doubt':
    case 'unknown':
      return 'queued'
    case 'sent':
    case 'delivered':
    case 'delayed':
      if (clicked) return 'clicked'
      if (opened) return 'opened'
      return status === 'delayed' ? 'delivery_delayed' : status
    default:
      return status satisfies never
  }
}

import type { MailEvent } from '../../src/domain/event.ts'
import type { Lifecycle } from '../../src/domain/transition.ts'
import * as transition from '../../src/domain/transition.ts'

export const LEASE_MS = 60_000
export const WINDOW_MS = 900_000
export const MINUTE_MS = 60_000
export const MAX_REFUSALS = 3

/** A transition with its arguments, so that rule and statement can be given the same. */
export type Operation =
  | { type: 'claim'; now: number; token: string; suppressed: boolean; paused: boolean }
  | { type: 'accept'; now: number; attempt: string }
  | {
      type: 'refuse'
      now: number
      attempt: string
      retryAt: number
      counts: boolean
      final: boolean
    }
  | { type: 'suppress'; now: number; attempt: string }
  | { type: 'doubt'; now: number; attempt: string }
  /** `marked`: the current attempt has its row in `calls`. */
  | { type: 'expire lease'; now: number; marked: boolean }
  | { type: 'settle doubt'; now: number; proven: boolean }
  | { type: 'witness'; now: number; event: MailEvent }
  | { type: 'cancel'; now: number }
  | { type: 'reschedule'; dueAt: number }
  | { type: 'expire'; now: number }
  | { type: 'settle by hand'; now: number; as: 'sent' | 'resend' }

/** What the rule makes of it; null: nothing. */
export function ruled(email: Lifecycle, by: Operation): Lifecycle | null {
  switch (by.type) {
    case 'claim':
      return transition.claim(email, { ...by, leaseMs: LEASE_MS })
    case 'accept':
      return transition.accept(email, by.attempt, by.now)
    case 'refuse':
      return transition.refuse(email, by.attempt, {
        ...by,
        maxRefusals: MAX_REFUSALS,
        reason: 'refused',
      })
    case 'suppress':
      return transition.suppress(email, by.attempt, 'nobody may get it')
    case 'doubt':
      return transition.doubt(email, by.attempt, WINDOW_MS, 'no answer')
    case 'expire lease':
      return transition.expireLease(email, by.now, by.marked, WINDOW_MS)
    case 'settle doubt':
      return transition.settleDoubt(email, by.now, by.proven)
    case 'witness':
      return transition.witness(email, by.event)
    case 'cancel':
      return transition.cancel(email)
    case 'reschedule':
      return transition.reschedule(email, by.dueAt)
    case 'expire':
      return transition.expire(email, by.now)
    case 'settle by hand':
      return transition.settleByHand(email, by.as, by.now)
    default:
      return by satisfies never
  }
}

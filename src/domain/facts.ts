import { isSuppressionBounce, type MailEvent } from './event.ts'

/**
 * First and last times that SES reported, in epoch milliseconds; null: not reported.
 * Merged by min (`last` by max), so order, repetition and lateness of events cannot matter.
 */
export interface Facts {
  send_event_at: number | null
  delivered_at: number | null
  delay_first_at: number | null
  delay_last_at: number | null
  transient_bounce_at: number | null
  permanent_bounce_at: number | null
  suppressed_at: number | null
  complained_at: number | null
  rejected_at: number | null
  render_failed_at: number | null
  ses_open_at: number | null
  pixel_open_at: number | null
  first_click_at: number | null
}
export type Fact = keyof Facts

export const NO_FACTS: Facts = {
  send_event_at: null,
  delivered_at: null,
  delay_first_at: null,
  delay_last_at: null,
  transient_bounce_at: null,
  permanent_bounce_at: null,
  suppressed_at: null,
  complained_at: null,
  rejected_at: null,
  render_failed_at: null,
  ses_open_at: null,
  pixel_open_at: null,
  first_click_at: null,
}

/** Which facts an event states, each at the event's time. Subscription states none. */
export function factsOf(event: MailEvent): Fact[] {
  switch (event.type) {
    case 'send':
      return ['send_event_at']
    case 'delivery':
      return ['delivered_at']
    case 'delivery_delay':
      return ['delay_first_at', 'delay_last_at']
    case 'bounce':
      if (isSuppressionBounce(event)) return ['suppressed_at']
      return event.bounceType === 'Permanent' ? ['permanent_bounce_at'] : ['transient_bounce_at']
    case 'complaint':
      return event.complaintType === 'not-spam' ? [] : ['complained_at']
    case 'reject':
      return ['rejected_at']
    case 'rendering_failure':
      return ['render_failed_at']
    case 'open':
      return event.source === 'pixel' ? ['pixel_open_at'] : ['ses_open_at']
    case 'click':
      return ['first_click_at']
    case 'subscription':
      return []
    default:
      return event.type satisfies never
  }
}

/** Commutative, associative and idempotent: a set of events has one outcome. */
export function mergeFacts(facts: Facts, event: MailEvent): Facts {
  const merged = { ...facts }
  for (const fact of factsOf(event)) {
    const known = merged[fact]
    const pick = fact === 'delay_last_at' ? Math.max : Math.min
    merged[fact] = known === null ? event.at : pick(known, event.at)
  }
  return merged
}

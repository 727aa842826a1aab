import type { MailEvent } from '../../src/domain/event.ts'
import type { Facts } from '../../src/domain/facts.ts'
import type { Status } from '../../src/domain/state.ts'
import { aMailEvent, NOW } from './lifecycle.ts'

export interface MergeCase {
  name: string
  event: MailEvent
  states: Partial<Facts>
  /** Of an email of which nothing else is known. */
  status: Status
}

/** Every event and what it states. */
export const MERGES: MergeCase[] = [
  aCase('send', {}, ['send_event_at'], 'sent'),
  aCase('delivery', {}, ['delivered_at'], 'delivered'),
  aCase('delivery_delay', {}, ['delay_first_at', 'delay_last_at'], 'delayed'),
  aCase(
    'bounce',
    { bounceType: 'Permanent', subType: 'General' },
    ['permanent_bounce_at'],
    'bounced',
  ),
  aCase('bounce', { bounceType: 'Permanent' }, ['permanent_bounce_at'], 'bounced'),
  aCase('bounce', { bounceType: 'Transient' }, ['transient_bounce_at'], 'transient_bounce'),
  aCase('bounce', { bounceType: 'Undetermined' }, ['transient_bounce_at'], 'transient_bounce'),
  aCase('bounce', {}, ['transient_bounce_at'], 'transient_bounce'),
  ...[
    'Suppressed',
    'OnAccountSuppressionList',
    'OnTenantSuppressionList',
    'EmailValidationSuppressed',
    'UnsubscribedRecipient',
  ].map((subType) =>
    aCase('bounce', { bounceType: 'Permanent', subType }, ['suppressed_at'], 'suppressed'),
  ),
  aCase('complaint', {}, ['complained_at'], 'complained'),
  aCase('complaint', { complaintType: 'abuse' }, ['complained_at'], 'complained'),
  aCase('complaint', { complaintType: 'not-spam' }, [], 'sent'),
  aCase('reject', {}, ['rejected_at'], 'rejected'),
  aCase('rendering_failure', {}, ['render_failed_at'], 'failed'),
  aCase('open', {}, ['ses_open_at'], 'sent'),
  aCase('open', { source: 'pixel' }, ['pixel_open_at'], 'sent'),
  aCase('click', {}, ['first_click_at'], 'sent'),
  aCase('subscription', {}, [], 'sent'),
]

function aCase(
  type: MailEvent['type'],
  fields: Partial<MailEvent>,
  facts: (keyof Facts)[],
  status: Status,
): MergeCase {
  const told = Object.values(fields).join(' ')
  return {
    name: `${type} ${told}`.trim(),
    event: aMailEvent({ type, ...fields }),
    states: Object.fromEntries(facts.map((fact) => [fact, NOW])),
    status,
  }
}

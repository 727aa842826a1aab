import { domainOf, simulatorMailbox } from './address.ts'
import type { Email } from './email.ts'
import {
  type BounceKind,
  bounceEvent,
  complaintEvent,
  deliveryEvent,
  rejectEvent,
  renderingFailure,
  sendEvent,
  type SesEvent,
} from './event.ts'
import type { Accepted } from './mail.ts'

export interface FateRules {
  region: string
  isSuppressed(recipient: string): boolean
  random(): number
  /** All delays times this; 0 is at once. */
  eventDelay: number
}

const UNKNOWN_USER: BounceKind = {
  bounceType: 'Permanent',
  bounceSubType: 'General',
  status: '5.1.1',
  diagnosticCode: 'smtp; 550 5.1.1 user unknown',
}
const OUT_OF_OFFICE: BounceKind = {
  bounceType: 'Transient',
  bounceSubType: 'General',
  status: '5.0.0',
  diagnosticCode: 'smtp; out of the office',
}
const GLOBALLY_SUPPRESSED: BounceKind = {
  bounceType: 'Permanent',
  bounceSubType: 'Suppressed',
  status: '5.1.1',
  diagnosticCode:
    'Amazon SES has suppressed sending to this address because it has a recent history of bouncing as an invalid address.',
}
const ACCOUNT_SUPPRESSED: BounceKind = {
  bounceType: 'Permanent',
  bounceSubType: 'OnAccountSuppressionList',
  status: '5.1.1',
  diagnosticCode:
    'Amazon SES did not send the message to this address because it is on the suppression list for your account. For more information about removing addresses from the suppression list, see the Amazon SES Developer Guide at https://docs.aws.amazon.com/ses/latest/DeveloperGuide/sending-email-suppression-list.html',
}
const SIMULATOR_AGENT = 'Amazon SES Mailbox Simulator'

/**
 * What becomes of an accepted email. SES promises neither order nor batching: bounces and complaints
 * come one to a notification, deliveries to one domain together, so that a reader must know both.
 */
export function fateOf(email: Email, accepted: Accepted, rules: FateRules): SesEvent[] {
  const { sesMessageId } = accepted
  const { region } = rules
  const after = (least: number, most: number) => ({
    sesMessageId,
    at: accepted.at + Math.round((least + rules.random() * (most - least)) * rules.eventDelay),
  })
  if (email.missing !== null)
    return [renderingFailure(after(30, 200), email.recipients, email.missing, email.templateName)]
  if (email.infected) return [rejectEvent(after(30, 200), email.recipients)]

  const events = [sendEvent(after(30, 200), email.recipients)]
  const arrived = new Map<string, string[]>()
  const deliver = (recipient: string) => {
    const domain = domainOf(recipient)
    arrived.set(domain, [...(arrived.get(domain) ?? []), recipient])
  }
  for (const recipient of email.recipients) {
    const mailbox = simulatorMailbox(recipient)
    const bounce = (kind: BounceKind) =>
      events.push(bounceEvent(after(1300, 1700), recipient, kind, region))
    if (rules.isSuppressed(recipient)) bounce(ACCOUNT_SUPPRESSED)
    else if (mailbox === 'bounce') bounce(UNKNOWN_USER)
    else if (mailbox === 'suppressionlist') bounce(GLOBALLY_SUPPRESSED)
    else deliver(recipient)
    if (mailbox === 'ooto') bounce(OUT_OF_OFFICE)
    if (mailbox === 'complaint')
      events.push(complaintEvent(after(700, 900), recipient, SIMULATOR_AGENT, region))
  }
  for (const recipients of arrived.values())
    events.push(deliveryEvent(after(300, 1500), recipients, accepted.at, region))
  return events
}

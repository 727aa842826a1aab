/** What every client of the contract knows. */
export const CONTRACT_TYPES = [
  'email.sent',
  'email.scheduled',
  'email.delivered',
  'email.delivery_delayed',
  'email.bounced',
  'email.complained',
  'email.opened',
  'email.clicked',
  'email.failed',
  'email.suppressed',
  'contact.created',
  'contact.updated',
  'contact.deleted',
  'contact.topics.updated',
  'domain.created',
  'domain.updated',
  'domain.deleted',
  'suppression.added',
  'suppression.removed',
] as const

/** Of the contract too, but never told here: they are of things that we do not have. */
export const SILENT_TYPES = [
  'email.received',
  'topic.created',
  'topic.updated',
  'topic.deleted',
] as const

/** Ours: some clients throw at a type they do not know, so only who names one is told it. */
export const OUR_TYPES = [
  'email.canceled',
  'email.in_doubt',
  'email.unknown',
  'email.unsubscribed',
  // No type of a body: what is asked for by it is told as `email.bounced`.
  'email.suppressed_as_bounced',
  'broadcast.sending',
  'broadcast.sent',
  'broadcast.paused',
  'broadcast.resumed',
  'broadcast.braked',
  'broadcast.canceled',
  'system.sending_paused',
  'system.quota_spent',
  'system.credentials_refused',
  'system.dead_letter',
  'system.old_doubt',
  'system.webhook_disabled',
] as const

export type ContractType = (typeof CONTRACT_TYPES)[number]
export type WebhookType = ContractType | (typeof OUR_TYPES)[number]

const KNOWN = new Set<string>(CONTRACT_TYPES)

/** Whether an endpoint is told of a type; `null` and the empty list ask for the contract's types. */
export function wants(events: readonly string[] | null, type: string): boolean {
  if (events === null || events.length === 0) return KNOWN.has(type)
  return events.includes(type)
}

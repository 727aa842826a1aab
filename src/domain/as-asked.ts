import type { WebhookBody } from './webhook-body.ts'
import { wants } from './webhook-types.ts'

/** Clients that know no `email.suppressed` read out of a bounce's text that nothing was sent. */
const AS_BOUNCED = 'email.suppressed_as_bounced'

/** A body as an endpoint asked for it; null: it did not. */
export function asAsked(events: readonly string[] | null, body: WebhookBody): WebhookBody | null {
  if (body.type === 'email.suppressed' && events?.includes(AS_BOUNCED)) return asBounced(body)
  return wants(events, body.type) ? body : null
}

function asBounced({ created_at, data }: WebhookBody): WebhookBody {
  const { suppressed, ...rest }: { suppressed?: object } = { ...data }
  const told: { message?: string; diagnosticCode?: string[] } = { ...suppressed }
  const { message = '', diagnosticCode = [] } = told
  const bounce = { type: 'Permanent', subType: 'General', message, diagnosticCode }
  return { type: 'email.bounced', created_at, data: { ...rest, bounce } }
}

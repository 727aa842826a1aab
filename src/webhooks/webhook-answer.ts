import type { SentEvent } from '../db/webhooks/read-sent.ts'
import { eventsOf, secretsOf, type WebhookRow } from '../db/webhooks/webhook.ts'
import { iso, isoOrNull } from '../http/iso.ts'

/** A webhook within a list: without its secret. */
export function listedAnswer(webhook: WebhookRow): object {
  const { id, endpoint, status, created_at } = webhook
  return { id, endpoint, events: eventsOf(webhook), status, created_at: iso(created_at) }
}

/** Secrets lie in the database in the clear: the contract shows them here. */
export function webhookAnswer(webhook: WebhookRow, now: number): object {
  const { secret, previous_until, reason, failing_since } = webhook
  const isRotating = secretsOf(webhook, now).length > 1
  return {
    object: 'webhook',
    ...listedAnswer(webhook),
    signing_secret: secret,
    previous_secret_until: isRotating ? isoOrNull(previous_until) : null,
    disabled_reason: reason,
    failing_since: isoOrNull(failing_since),
  }
}

export function listedSentAnswer({ id, type, at, status }: SentEvent): object {
  return { id, type, created_at: iso(at), status }
}

import type { Endpoint } from '../http/endpoint.ts'
import type { WebhookDeps } from './deps.ts'
import { getTold } from './get-told.ts'

/** Host applications are told: the endpoints under `/webhooks`, and the order of arrival itself. */
export function createWebhooks(deps: WebhookDeps): Endpoint[] {
  return [getTold(deps)]
}

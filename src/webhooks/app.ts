import type { Endpoint } from '../http/endpoint.ts'
import { deleteWebhook } from './delete-webhook.ts'
import type { WebhookDeps } from './deps.ts'
import { getAttempts } from './get-attempts.ts'
import { getSentEvent } from './get-sent-event.ts'
import { getSent } from './get-sent.ts'
import { getTold } from './get-told.ts'
import { getWebhook } from './get-webhook.ts'
import { getWebhooks } from './get-webhooks.ts'
import { patchWebhook } from './patch-webhook.ts'
import { postEventReplay } from './post-event-replay.ts'
import { postReplay } from './post-replay.ts'
import { postRotate } from './post-rotate.ts'
import { postTest } from './post-test.ts'
import { postWebhooks } from './post-webhooks.ts'

/** Host applications are told: the endpoints under `/webhooks`, and the order of arrival itself. */
export function createWebhooks(deps: WebhookDeps): Endpoint[] {
  return [
    postWebhooks(deps),
    getWebhooks(deps),
    getWebhook(deps),
    patchWebhook(deps),
    deleteWebhook(deps),
    postRotate(deps),
    postTest(deps),
    postReplay(deps),
    getSent(deps),
    getSentEvent(deps),
    getAttempts(deps),
    postEventReplay(deps),
    getTold(deps),
  ]
}

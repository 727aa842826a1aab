import type { Config } from '../config.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { displayedHeader } from '../http/mailbox.ts'
import { webhookUrlFault } from '../http/webhook-url.ts'
import { sendWebhook } from '../webhook/send.ts'
import { createWebhooks } from '../webhooks/app.ts'
import type { ApiBindings } from './bindings.ts'
import { random } from './adapters.ts'

const SECOND = 1000
/** As long as the contract waits for an endpoint. */
const TIMEOUT = 15 * SECOND

/** Host applications say what they want to be told. */
export function webhooksOf(env: Pick<ApiBindings, 'DB'>, config: Config): Endpoint[] {
  const rules = { ownUrl: config.PUBLIC_URL, loopback: config.ENVIRONMENT === 'local' }
  return createWebhooks({
    db: env.DB,
    wording: { region: config.AWS_REGION, displayed: displayedHeader },
    endpointFault: (url) => webhookUrlFault(url, rules),
    send: (event) =>
      sendWebhook(event, { fetch: (input, init) => fetch(input, init), timeoutMs: TIMEOUT }),
    now: Date.now,
    random,
  })
}

import type { Config } from '../config.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { displayedHeader } from '../http/mailbox.ts'
import { webhookUrlFault, type WebhookUrlRules } from '../http/webhook-url.ts'
import { createWebhooks } from '../webhooks/app.ts'
import { type EndpointAnswer, sendWebhook, type ToSend } from '../webhook/send.ts'
import { dueWebhooks } from '../db/webhooks/lease-webhook.ts'
import type { Wording } from '../domain/webhook-body.ts'
import { webhookQueue } from '../queue/webhook-queue.ts'
import type { ApiBindings } from './bindings.ts'
import { random, sleep } from './adapters.ts'

const SECOND = 1000
/** As long as the contract waits for an endpoint. */
export const WEBHOOK_TIMEOUT = 15 * SECOND

/** Host applications say what they want to be told. */
export function webhooksOf(env: Pick<ApiBindings, 'DB'>, config: Config): Endpoint[] {
  return createWebhooks({
    db: env.DB,
    wording: wordingOf(config),
    endpointFault: (url) => webhookUrlFault(url, urlRules(config)),
    send: webhookSender(config),
    now: Date.now,
    random,
  })
}

export function wordingOf(config: Config): Wording {
  return { region: config.AWS_REGION, displayed: displayedHeader }
}

function urlRules({ PUBLIC_URL, ENVIRONMENT }: Config): WebhookUrlRules {
  return { ownUrl: PUBLIC_URL, loopback: ENVIRONMENT === 'local' }
}

/** Looks at each delivery where it goes: rules change, and so may our own address. */
export function webhookSender(config: Config): (event: ToSend) => Promise<EndpointAnswer> {
  return async (event) => {
    const fault = webhookUrlFault(event.endpoint, urlRules(config))
    if (fault !== null) return { status: null, response: fault, retryAfter: null }
    const sender = { fetch: ((input, init) => fetch(input, init)) satisfies typeof fetch }
    return await sendWebhook(event, { ...sender, timeoutMs: WEBHOOK_TIMEOUT })
  }
}

type Waking = Pick<ApiBindings, 'DB' | 'WEBHOOKS'>
/** Endpoints of one look; more of them are the sweeper's. */
const MOST_WOKEN = 1000

/** Has sent what is due to any endpoint and is not being sent already. Throws when D1 or the queue is away. */
export async function wakeWebhooks(env: Waking): Promise<number> {
  const due = await dueWebhooks(env.DB, Date.now(), MOST_WOKEN)
  await webhookQueue(env.WEBHOOKS).enqueue(due)
  return due.length
}

/** For whoever may just have told something. Rows are written: what goes wrong here is the sweeper's to mend. */
export function webhookWaker(env: Waking): () => Promise<void> {
  return async () => {
    try {
      await wakeWebhooks(env)
    } catch (error) {
      console.warn('webhooks left to the sweeper', { error: String(error) })
    }
  }
}

/** Requests within it are told of together. */
const GATHERED = SECOND

/** For requests, which are many: one look a second and isolate, after the last that it is for. */
export function gatheredWaker(env: Waking): () => Promise<void> {
  const wake = webhookWaker(env)
  let nextAt = 0
  return async () => {
    const now = Date.now()
    if (now < nextAt) return
    nextAt = now + GATHERED
    await sleep(GATHERED)
    await wake()
  }
}

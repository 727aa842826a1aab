import { env } from 'cloudflare:workers'
import { displayedHeader } from '../../src/http/mailbox.ts'
import { webhookUrlFault } from '../../src/http/webhook-url.ts'
import type { EndpointAnswer, ToSend } from '../../src/webhook/send.ts'
import { createWebhooks } from '../../src/webhooks/app.ts'
import { type AnApi, anApi, type ApiOptions, random } from './an-api.ts'
import { limitedEnv } from './limits.ts'

export interface AWebhookApi extends AnApi {
  /** What the endpoint of a test event was sent, and what it answers next. */
  endpoint: { sent: ToSend[]; answer: EndpointAnswer }
}

/** The API with the endpoints of webhooks, a request each an invocation of its own. */
export async function aWebhookApi(options: Omit<ApiOptions, 'more'> = {}): Promise<AWebhookApi> {
  const endpoint: AWebhookApi['endpoint'] = {
    sent: [],
    answer: { status: 200, response: 'ok', retryAfter: null },
  }
  const rules = { ownUrl: 'https://mail.aerogram.dev', loopback: false }
  const api = await anApi({
    ...options,
    more: createWebhooks({
      db: limitedEnv(env).DB,
      wording: { region: 'eu-west-1', displayed: displayedHeader },
      endpointFault: (url) => webhookUrlFault(url, rules),
      async send(event) {
        endpoint.sent.push(event)
        return endpoint.answer
      },
      now: () => api.clock.now,
      random,
    }),
  })
  return { ...api, endpoint }
}

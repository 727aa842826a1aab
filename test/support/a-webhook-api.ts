import { env } from 'cloudflare:workers'
import { displayedHeader } from '../../src/http/mailbox.ts'
import { createWebhooks } from '../../src/webhooks/app.ts'
import { type AnApi, anApi, type ApiOptions, random } from './an-api.ts'
import { limitedEnv } from './limits.ts'

/** The API with the endpoints of webhooks, a request each an invocation of its own. */
export async function aWebhookApi(options: Omit<ApiOptions, 'more'> = {}): Promise<AnApi> {
  const api = await anApi({
    ...options,
    more: createWebhooks({
      db: limitedEnv(env).DB,
      wording: { region: 'eu-west-1', displayed: displayedHeader },
      now: () => api.clock.now,
      random,
    }),
  })
  return api
}

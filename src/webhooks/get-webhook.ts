import { createRoute } from '@hono/zod-openapi'
import { answered } from '../http/answered.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import type { WebhookDeps } from './deps.ts'
import { namedWebhook } from './named-webhook.ts'
import { webhookAnswer } from './webhook-answer.ts'
import { idParam, webhookAnswer as schema } from './webhook-schema.ts'

const route = createRoute({
  method: 'get',
  path: '/webhooks/{id}',
  summary: 'A webhook with its secret',
  request: { params: idParam },
  responses: { 200: answered('The webhook', schema) },
})

export function getWebhook(deps: WebhookDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    return JSON.stringify(webhookAnswer(await namedWebhook(c, deps.db), deps.now()))
  }
}

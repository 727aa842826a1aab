import { createRoute } from '@hono/zod-openapi'
import { listWebhooks } from '../db/webhooks/read-webhooks.ts'
import { answered } from '../http/answered.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { listOf, pageQuery } from '../http/list-schema.ts'
import { pageOf } from '../http/page.ts'
import type { WebhookDeps } from './deps.ts'
import { listedAnswer } from './webhook-answer.ts'
import { listedWebhook } from './webhook-schema.ts'

const route = createRoute({
  method: 'get',
  path: '/webhooks',
  summary: 'Webhooks, newest first',
  request: { query: pageQuery },
  responses: { 200: answered('A page of webhooks', listOf(listedWebhook)) },
})

export function getWebhooks(deps: WebhookDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const { webhooks, hasMore } = await listWebhooks(deps.db, pageOf(c.req.query()))
    return JSON.stringify({ object: 'list', has_more: hasMore, data: webhooks.map(listedAnswer) })
  }
}

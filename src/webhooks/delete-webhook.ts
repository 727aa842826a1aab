import { createRoute } from '@hono/zod-openapi'
import { deleteWebhook as deleteRows } from '../db/webhooks/change-webhooks.ts'
import { answered } from '../http/answered.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { notFound } from '../http/errors.ts'
import type { WebhookDeps } from './deps.ts'
import { webhookId } from './named-webhook.ts'
import { deletedAnswer, idParam } from './webhook-schema.ts'

const route = createRoute({
  method: 'delete',
  path: '/webhooks/{id}',
  summary: 'Tell an endpoint nothing more, and forget what it was sent',
  request: { params: idParam },
  responses: { 200: answered('Deleted', deletedAnswer) },
})

export function deleteWebhook(deps: WebhookDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const id = webhookId(c)
    if (!(await deleteRows(deps.db, id))) throw notFound('Webhook')
    console.info('webhook deleted', { webhookId: id })
    return JSON.stringify({ object: 'webhook', id, deleted: true })
  }
}

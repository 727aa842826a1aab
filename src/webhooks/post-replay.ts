import { createRoute } from '@hono/zod-openapi'
import { feedBefore, readFeed } from '../db/webhooks/read-feed.ts'
import { replayAfter } from '../db/webhooks/replay.ts'
import { answered } from '../http/answered.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { invalidField, missingField, notFound } from '../http/errors.ts'
import { iso } from '../http/iso.ts'
import { parseBody } from '../http/parse-body.ts'
import { isoTime } from '../http/scheduled-time.ts'
import type { WebhookDeps } from './deps.ts'
import { webhookId } from './named-webhook.ts'
import { idParam, MAX_BYTES, replayAnswer, replayBody } from './webhook-schema.ts'

const route = createRoute({
  method: 'post',
  path: '/webhooks/{id}/replay',
  summary: 'Send everything once more that was told since a time, under the same ids',
  request: { params: idParam, body: { content: { 'application/json': { schema: replayBody } } } },
  responses: { 200: answered('It is going to be sent', replayAnswer) },
})

export function postReplay(deps: WebhookDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const { since } = await parseBody(c.req.raw, replayBody, MAX_BYTES)
    const id = webhookId(c)
    if (since === undefined || since === null || since === '') throw missingField('since')
    const at = isoTime(since)
    if (at === null) throw invalidField('since', 'An ISO 8601 time.')
    const feed = await feedBefore(deps.db, at)
    const [first] = await readFeed(deps.db, feed, 1)
    if (!(await replayAfter(deps.db, id, { feed, now: deps.now() }))) throw notFound('Webhook')
    console.info('webhook replayed', { webhookId: id, after: feed })
    return JSON.stringify({
      object: 'webhook',
      id,
      since: first === undefined ? null : iso(first.at),
    })
  }
}

import { createRoute } from '@hono/zod-openapi'
import { insertDraft } from '../db/broadcasts/draft.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { invalidField } from '../http/errors.ts'
import { parseBody } from '../http/parse-body.ts'
import { createBody, idAnswer } from './broadcast-schema.ts'
import type { BroadcastDeps } from './deps.ts'
import { MAX_DRAFT_BYTES } from './max-draft.ts'
import { newBroadcastId } from './new-id.ts'
import { parseDraft } from './parse-draft.ts'
import { storeAttachments } from './store-attachments.ts'
import { templateOf } from './template.ts'

const route = createRoute({
  method: 'post',
  path: '/broadcasts',
  summary: 'Write a broadcast',
  request: { body: { content: { 'application/json': { schema: createBody } } } },
  responses: {
    201: { description: 'A draft', content: { 'application/json': { schema: idAnswer } } },
  },
})

export function postBroadcasts(deps: BroadcastDeps): Endpoint {
  return { route, asks: 'all', status: 201, answer }

  async function answer(c: ApiContext): Promise<string> {
    const input = await parseBody(c.req.raw, createBody, MAX_DRAFT_BYTES)
    if (input.send === true) {
      throw invalidField('send', 'It has no recipients yet: upload them, then send it.')
    }
    if (input.scheduled_at) {
      throw invalidField('scheduled_at', 'Say it to `/broadcasts/:id/send`.')
    }
    const fields = parseDraft(input)
    templateOf({ ...fields, created_at: 0 })
    const now = deps.now()
    const id = newBroadcastId(now, deps.random)
    const attachments = await storeAttachments(
      input.attachments ?? [],
      { broadcastId: id, from: 0 },
      deps,
    )
    const made = { id, apiKeyId: c.var.apiKey.id, parentId: null, now }
    await insertDraft(deps.db, { ...fields, attachments }, made)
    console.info('broadcast drafted', { broadcastId: id, apiKeyId: made.apiKeyId })
    return JSON.stringify({ object: 'broadcast', id })
  }
}

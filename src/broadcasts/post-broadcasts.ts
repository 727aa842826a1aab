import { createRoute } from '@hono/zod-openapi'
import { deleteDraft, insertDraft } from '../db/broadcasts/draft.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { ApiError, invalidField } from '../http/errors.ts'
import { parseBody } from '../http/parse-body.ts'
import { parseScheduledAt } from '../http/scheduled-time.ts'
import { createBody, idAnswer } from './broadcast-schema.ts'
import type { BroadcastDeps } from './deps.ts'
import { checkSegment } from './draft-segment.ts'
import { MAX_DRAFT_BYTES } from './max-draft.ts'
import { newBroadcastId } from './new-id.ts'
import { parseDraft } from './parse-draft.ts'
import { send } from './post-send.ts'
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
    const fields = parseDraft(input)
    const now = deps.now()
    if (input.send === true && fields.segment_id === null) {
      throw invalidField('send', 'It has no recipients yet: upload them, then send it.')
    }
    if (input.scheduled_at && input.send !== true) {
      throw invalidField('scheduled_at', 'Only with `send`, or say it to `/broadcasts/:id/send`.')
    }
    const at = parseScheduledAt(input.scheduled_at, now)
    templateOf({ ...fields, created_at: 0 })
    await checkSegment(fields.segment_id, deps.db)
    const id = newBroadcastId(now, deps.random)
    const attachments = await storeAttachments(
      input.attachments ?? [],
      { broadcastId: id, from: 0 },
      deps,
    )
    const made = { id, apiKeyId: c.var.apiKey.id, parentId: null, now }
    await insertDraft(deps.db, { ...fields, attachments }, made)
    console.info('broadcast drafted', { broadcastId: id, apiKeyId: made.apiKeyId })
    if (input.send === true) await sendAtOnce(id, at, now)
    return JSON.stringify({ object: 'broadcast', id })
  }

  /** What cannot be sent was asked to be sent, and not to be kept. */
  async function sendAtOnce(id: string, at: number | null, now: number): Promise<void> {
    try {
      await send(id, at, now, deps)
    } catch (error) {
      if (error instanceof ApiError) await deleteDraft(deps.db, id)
      throw error
    }
  }
}

import { createRoute } from '@hono/zod-openapi'
import { deleteDraft, insertDraft } from '../db/broadcasts/draft.ts'
import { type BroadcastRow, readBroadcast } from '../db/broadcasts/read-broadcasts.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { ApiError, invalidField } from '../http/errors.ts'
import { idempotencyKey } from '../http/idempotency-key.ts'
import { parseBody } from '../http/parse-body.ts'
import { parseScheduledAt } from '../http/scheduled-time.ts'
import { createBody, type DraftInput, idAnswer } from './broadcast-schema.ts'
import type { BroadcastDeps } from './deps.ts'
import { checkSegment } from './draft-segment.ts'
import { fingerprintOf, madeBefore, type MadeUnder } from './made-before.ts'
import { MAX_DRAFT_BYTES } from './max-draft.ts'
import { newBroadcastId } from './new-id.ts'
import { type DraftFields, parseDraft } from './parse-draft.ts'
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
    const under = await madeUnder(c.req.raw, input)
    const before = under === null ? null : await madeBefore(under, deps)
    const by = { apiKeyId: c.var.apiKey.id, now, under }
    const id = before?.id ?? (await make(fields, input.attachments ?? [], by))
    if (input.send === true && isDraft(before)) await sendAtOnce(id, at, now)
    return JSON.stringify({ object: 'broadcast', id })
  }

  async function make(
    fields: DraftFields,
    files: NonNullable<DraftInput['attachments']>,
    { apiKeyId, now, under }: { apiKeyId: string; now: number; under: MadeUnder | null },
  ): Promise<string> {
    await checkSegment(fields.segment_id, deps.db)
    const id = newBroadcastId(now, deps.random)
    const attachments = await storeAttachments(files, { broadcastId: id, from: 0 }, deps)
    const kept = under === null ? undefined : { ...under, since: now - deps.settings.idempotencyMs }
    try {
      const made = { id, apiKeyId, parentId: null, now, kept }
      await insertDraft(deps.db, { ...fields, attachments }, made)
    } catch (error) {
      // Another request was first, or the write that threw has committed.
      const first = under === null ? null : await madeBefore(under, deps)
      if (first === null) throw error
      return first.id
    }
    console.info('broadcast drafted', { broadcastId: id, apiKeyId })
    return id
  }

  /** What cannot be sent was asked to be sent, and not to be kept. */
  async function sendAtOnce(id: string, at: number | null, now: number): Promise<void> {
    try {
      await send(id, at, now, deps)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      // A request beside this one may have sent it.
      if (!isDraft(await readBroadcast(deps.db, id))) return
      await deleteDraft(deps.db, id)
      throw error
    }
  }
}

/** No header holds a line end: nobody else's key is the same. */
async function madeUnder(request: Request, input: object): Promise<MadeUnder | null> {
  const key = idempotencyKey(request)
  if (key === null) return null
  return { key: `broadcast\n${key}`, fingerprint: await fingerprintOf(input) }
}

/** Null: it was just made. */
function isDraft(row: BroadcastRow | null): boolean {
  return row === null || row.state === 'draft'
}

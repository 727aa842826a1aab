import { createRoute } from '@hono/zod-openapi'
import { emptyDraft, updateDraft } from '../db/broadcasts/draft.ts'
import { nextFileNumber } from '../domain/broadcast-file.ts'
import type { Attachment } from '../domain/content.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { parseBody } from '../http/parse-body.ts'
import { draftBody, idAnswer, idParam } from './broadcast-schema.ts'
import type { BroadcastDeps } from './deps.ts'
import { draftOf } from './draft-of.ts'
import { checkSegment } from './draft-segment.ts'
import { MAX_DRAFT_BYTES } from './max-draft.ts'
import { changedMeanwhile, namedBroadcast, notNow } from './named-broadcast.ts'
import { changeDraft } from './parse-draft.ts'
import { storeAttachments } from './store-attachments.ts'
import { templateOf } from './template.ts'

const route = createRoute({
  method: 'patch',
  path: '/broadcasts/{id}',
  summary: 'Change a draft',
  request: {
    params: idParam,
    body: { content: { 'application/json': { schema: draftBody } } },
  },
  responses: {
    200: { description: 'Changed', content: { 'application/json': { schema: idAnswer } } },
  },
})

export function patchBroadcast(deps: BroadcastDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const input = await parseBody(c.req.raw, draftBody, MAX_DRAFT_BYTES)
    const row = await namedBroadcast(c, deps.db)
    const { id, state, changed_at } = row
    if (state !== 'draft') throw notNow('Only a draft can be changed.', state)
    const before = draftOf(row)
    const fields = changeDraft(before, input)
    templateOf({ ...row, ...fields })
    if (fields.segment_id !== row.segment_id) await checkSegment(fields.segment_id, deps.db)
    const attachments =
      input.attachments === undefined
        ? before.attachments
        : await storeAttachments(
            input.attachments ?? [],
            { broadcastId: id, from: nextFileNumber(filesOf(before.attachments)) },
            deps,
          )
    const now = deps.now()
    const changed = await updateDraft(
      deps.db,
      id,
      { ...fields, attachments },
      { now, asRead: changed_at },
    )
    const [kept, unused] = changed
      ? [attachments, before.attachments]
      : [before.attachments, attachments]
    const gone = unused.filter((each) => !kept.includes(each))
    if (gone.length > 0) await deps.files.remove(filesOf(gone))
    if (!changed) throw changedMeanwhile()
    // Who was gathered from a segment does not become an upload.
    if (row.segment_id !== null && fields.segment_id === null) await emptyDraft(deps.db, id)
    return JSON.stringify({ object: 'broadcast', id })
  }
}

function filesOf(attachments: Attachment[]): string[] {
  return attachments.map(({ file }) => file)
}

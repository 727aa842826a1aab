import { createRoute } from '@hono/zod-openapi'
import { deleteDraft } from '../db/broadcasts/draft.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { idParam } from './broadcast-schema.ts'
import type { BroadcastDeps } from './deps.ts'
import { attachmentsOf } from './draft-of.ts'
import { changedMeanwhile, namedBroadcast, notNow } from './named-broadcast.ts'
import { answered } from '../http/answered.ts'
import { deletedAnswer } from './answer-schema.ts'

const route = createRoute({
  method: 'delete',
  path: '/broadcasts/{id}',
  summary: 'Throw a draft away',
  request: { params: idParam },
  responses: { 200: answered('Deleted', deletedAnswer) },
})

export function deleteBroadcast(deps: BroadcastDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const row = await namedBroadcast(c, deps.db)
    const { id, state } = row
    if (state !== 'draft') throw notNow('Only a draft can be deleted.', state)
    if (!(await deleteDraft(deps.db, id))) throw changedMeanwhile()
    const files = attachmentsOf(row).map(({ file }) => file)
    if (files.length > 0) await deps.files.remove(files)
    console.info('broadcast deleted', { broadcastId: id })
    return JSON.stringify({ object: 'broadcast', id, deleted: true })
  }
}

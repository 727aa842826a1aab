import { createRoute } from '@hono/zod-openapi'
import { removeSuppressions } from '../db/suppressions/change-suppressions.ts'
import { answered } from '../http/answered.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { notFound } from '../http/errors.ts'
import type { AdminDeps } from './deps.ts'
import { namedSuppression } from './named-suppression.ts'
import { deletedAnswer, nameParam } from './suppression-schema.ts'

const route = createRoute({
  method: 'delete',
  path: '/suppressions/{id}',
  summary: 'Let mail to an address go again, by id or address',
  request: { params: nameParam },
  responses: { 200: answered('No longer suppressed', deletedAnswer) },
})

export function deleteSuppression(deps: AdminDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const named = namedSuppression(c)
    const removal = 'id' in named ? { ids: [named.id] } : { addresses: [named.address] }
    const change = { now: deps.now(), mirror: deps.settings.mirrorSuppressions }
    const [removed] = await removeSuppressions(deps.db, removal, change)
    if (removed === undefined) throw notFound('Suppression')
    console.info('suppression removed', { suppressionId: removed.id })
    return JSON.stringify({ object: 'suppression', id: removed.id, deleted: true })
  }
}

import { createRoute, z } from '@hono/zod-openapi'
import { closeDeadLetter } from '../db/dead-letters.ts'
import { notFound } from '../http/errors.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { pathId } from '../http/path-id.ts'
import type { ApiDeps } from './deps.ts'

const closedAnswer = z.object({
  object: z.literal('dead_letter'),
  id: z.uuid(),
  deleted: z.literal(true),
  held: z
    .int()
    .openapi({ description: 'Emails in doubt that it may have told of: none is sent again' }),
})

const route = createRoute({
  method: 'delete',
  path: '/-/dead-letters/{id}',
  summary: 'Close a job that nobody can do: it is forgotten',
  request: { params: z.object({ id: z.uuid() }) },
  responses: {
    200: { description: 'Closed', content: { 'application/json': { schema: closedAnswer } } },
  },
})

export function deleteDeadLetter(deps: ApiDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const id = pathId(c.req.param('id'), 'Dead letter')
    const held = await closeDeadLetter(deps.db, id, deps.settings.proofMs)
    if (held === null) throw notFound('Dead letter')
    console.info('dead letter closed', { id, held: held.length })
    return JSON.stringify({ object: 'dead_letter', id, deleted: true, held: held.length })
  }
}

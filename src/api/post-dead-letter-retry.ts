import { createRoute, z } from '@hono/zod-openapi'
import { readDeadLetter, removeDeadLetter } from '../db/dead-letters.ts'
import { markLateEvents } from '../db/late-events.ts'
import { ApiError, notFound } from '../http/errors.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { pathId } from '../http/path-id.ts'
import type { ApiDeps } from './deps.ts'
import { answered } from '../http/answered.ts'
import { errorSchema } from '../http/error-schema.ts'
import { putBackAnswer } from './answer-schema.ts'

const route = createRoute({
  method: 'post',
  path: '/-/dead-letters/{id}/retry',
  summary: 'Put a job that could not be done on its queue once more',
  request: { params: z.object({ id: z.uuid() }) },
  responses: {
    200: answered('It is on its queue, and no dead letter any more', putBackAnswer),
    409: answered('Somebody else was faster, or nobody could read it now either', errorSchema),
  },
})

export function postDeadLetterRetry(deps: ApiDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const id = pathId(c.req.param('id'), 'Dead letter')
    const letter = await readDeadLetter(deps.db, id)
    if (letter === null) throw notFound('Dead letter')
    await markLateEvents(deps.db, deps.now())
    // Queued before it is removed: a crash between the two repeats the job, which does no harm.
    const result = await deps.putBack(letter.queue, JSON.parse(letter.body))
    if (result.type === 'refused') {
      throw new ApiError(409, 'validation_error', `It was left as it is. ${result.reason}`)
    }
    if (!(await removeDeadLetter(deps.db, id))) {
      throw new ApiError(409, 'validation_error', 'It was retried by somebody else meanwhile.')
    }
    console.info('dead letter put back', { id, queue: letter.queue })
    return JSON.stringify({ object: 'dead_letter', id, queue: letter.queue })
  }
}

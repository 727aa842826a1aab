import { createRoute } from '@hono/zod-openapi'
import { type DeadLetter, listDeadLetters } from '../db/dead-letters.ts'
import { iso } from '../http/iso.ts'
import { pageOf } from '../http/page.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import type { ApiDeps } from './deps.ts'
import { answered } from '../http/answered.ts'
import { listOf, pageQuery } from '../http/list-schema.ts'
import { deadLetterSchema } from './answer-schema.ts'

/** A body has up to 128 KB, of a notification more: a page fits into memory. */
const MOST = 50

const route = createRoute({
  method: 'get',
  path: '/-/dead-letters',
  summary: 'Jobs that could not be done, those queued last first',
  request: { query: pageQuery },
  responses: { 200: answered('A page of dead letters', listOf(deadLetterSchema)) },
})

export function getDeadLetters(deps: ApiDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const page = pageOf(c.req.query(), { most: MOST })
    const { letters, hasMore } = await listDeadLetters(deps.db, page)
    return JSON.stringify({
      object: 'list',
      has_more: hasMore,
      data: letters.map(letterAnswer),
    })
  }
}

function letterAnswer(letter: DeadLetter): object {
  return {
    object: 'dead_letter',
    id: letter.id,
    queue: letter.queue,
    reason: letter.reason,
    attempts: letter.attempts,
    queued_at: iso(letter.queued_at),
    created_at: iso(letter.created_at),
    body: JSON.parse(letter.body),
  }
}

import { createRoute } from '@hono/zod-openapi'
import { listBroadcasts } from '../db/broadcasts/read-broadcasts.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { pageOf } from '../http/page.ts'
import { listedAnswer } from './broadcast-answer.ts'
import type { BroadcastDeps } from './deps.ts'
import { answered } from '../http/answered.ts'
import { listOf, pageQuery } from '../http/list-schema.ts'
import { listedBroadcast } from './answer-schema.ts'

/** Resend lists all broadcasts to who gives no limit: the largest page comes near it. */
const USUAL = 100

const route = createRoute({
  method: 'get',
  path: '/broadcasts',
  summary: 'Broadcasts, newest first',
  request: { query: pageQuery },
  responses: { 200: answered('A page of broadcasts', listOf(listedBroadcast)) },
})

export function getBroadcasts(deps: BroadcastDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const page = pageOf(c.req.query(), { limit: USUAL })
    const { broadcasts, hasMore } = await listBroadcasts(deps.db, page)
    return JSON.stringify({
      object: 'list',
      has_more: hasMore,
      data: broadcasts.map(listedAnswer),
    })
  }
}

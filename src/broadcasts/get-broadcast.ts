import { createRoute } from '@hono/zod-openapi'
import { countProgress } from '../db/broadcasts/count-progress.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { broadcastAnswer, RATE_SPAN } from './broadcast-answer.ts'
import { idParam } from './broadcast-schema.ts'
import type { Allowed, BroadcastDeps } from './deps.ts'
import { namedBroadcast } from './named-broadcast.ts'
import { answered } from '../http/answered.ts'
import { broadcastSchema } from './answer-schema.ts'

const route = createRoute({
  method: 'get',
  path: '/broadcasts/{id}',
  summary: 'A broadcast: what it says, how far it is, what it costs',
  request: { params: idParam },
  responses: { 200: answered('The broadcast', broadcastSchema) },
})

export function getBroadcast(deps: BroadcastDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const row = await namedBroadcast(c, deps.db)
    const now = deps.now()
    const [progress, allowed] = await Promise.all([
      countProgress(deps.db, row.id, now - RATE_SPAN),
      allowedNow(deps),
    ])
    return JSON.stringify(broadcastAnswer(row, progress, allowed, now))
  }
}

/** Null: the Governor is away, which must not hide how far the broadcast is. */
export async function allowedNow({ governor }: BroadcastDeps): Promise<Allowed | null> {
  try {
    return await governor.state()
  } catch (error) {
    console.warn('governor not asked', { error: String(error) })
    return null
  }
}

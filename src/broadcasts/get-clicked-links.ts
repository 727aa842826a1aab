import { createRoute } from '@hono/zod-openapi'
import { clickedLinks } from '../db/broadcasts/clicks.ts'
import { placeOf, uuidOfPlace } from '../domain/place-id.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { invalidParameter } from '../http/errors.ts'
import { type Page, pageOf } from '../http/page.ts'
import { idParam } from './broadcast-schema.ts'
import type { BroadcastDeps } from './deps.ts'
import { namedBroadcast } from './named-broadcast.ts'
import { answered } from '../http/answered.ts'
import { listOf, pageQuery } from '../http/list-schema.ts'
import { clickedLink } from './answer-schema.ts'

const route = createRoute({
  method: 'get',
  path: '/broadcasts/{id}/clicked-links',
  summary: 'Which links were clicked, the most clicked first',
  request: {
    params: idParam,
    query: pageQuery,
  },
  responses: { 200: answered('A page of links', listOf(clickedLink)) },
})

/** An entry's id is its place in the list and no more. */
export function getClickedLinks(deps: BroadcastDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const { id } = await namedBroadcast(c, deps.db)
    const part = partOf(pageOf(c.req.query()))
    const { links, hasMore } = await clickedLinks(deps.db, id, part)
    return JSON.stringify({
      object: 'list',
      has_more: hasMore,
      data: links.map(({ url, clicks, recipients }, at) => ({
        id: uuidOfPlace(part.skip + at),
        url: url ?? '',
        clicks,
        unique_clicks: recipients,
      })),
    })
  }
}

function partOf({ limit, after, before }: Page): { limit: number; skip: number } {
  const given = after ?? before
  if (given === null) return { limit, skip: 0 }
  const place = placeOf(given)
  if (place === null) {
    throw invalidParameter(after === null ? 'before' : 'after', 'The id of an entry of the list.')
  }
  if (after !== null) return { limit, skip: place + 1 }
  return { limit: Math.min(limit, place), skip: Math.max(0, place - limit) }
}

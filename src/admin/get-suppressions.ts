import { createRoute, z } from '@hono/zod-openapi'
import { listSuppressions } from '../db/suppressions/read-suppressions.ts'
import { answered } from '../http/answered.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { invalidParameter } from '../http/errors.ts'
import { listOf, pageQuery } from '../http/list-schema.ts'
import { pageOf } from '../http/page.ts'
import type { AdminDeps } from './deps.ts'
import { listedSuppression } from './suppression-answer.ts'
import { listedSuppression as listedSchema, ORIGINS } from './suppression-schema.ts'

const route = createRoute({
  method: 'get',
  path: '/suppressions',
  summary: 'Suppressed addresses, newest first',
  request: { query: pageQuery.extend({ origin: z.enum(ORIGINS).optional() }) },
  responses: { 200: answered('A page of suppressions', listOf(listedSchema)) },
})

export function getSuppressions(deps: AdminDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const page = pageOf(c.req.query())
    const origin = originOf(c.req.query('origin'))
    const found = await listSuppressions(deps.db, page, { origin, now: deps.now() })
    if (found === null) {
      const parameter = page.after === null ? 'before' : 'after'
      throw invalidParameter(parameter, 'The id of an entry of the list.')
    }
    return JSON.stringify({
      object: 'list',
      has_more: found.hasMore,
      data: found.suppressions.map(listedSuppression),
    })
  }
}

function originOf(given: string | undefined): (typeof ORIGINS)[number] | null {
  if (!given) return null
  const origin = ORIGINS.find((known) => known === given)
  if (origin !== undefined) return origin
  throw invalidParameter('origin', `One of ${ORIGINS.join(', ')}.`)
}

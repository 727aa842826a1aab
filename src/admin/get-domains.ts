import { createRoute } from '@hono/zod-openapi'
import { listDomains } from '../db/domains/domains.ts'
import { answered } from '../http/answered.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { listOf, pageQuery } from '../http/list-schema.ts'
import { pageOfAll } from '../http/small-list.ts'
import type { AdminDeps } from './deps.ts'
import { listedAnswer, wholeAnswer } from './domain-answer.ts'
import { domainParam, domainSchema, listedDomain } from './domain-schema.ts'
import { namedDomain, refreshed } from './named-domain.ts'

const listRoute = createRoute({
  method: 'get',
  path: '/domains',
  summary: 'Domains, newest first, as SES last told of them; without a limit all of them',
  request: { query: pageQuery },
  responses: { 200: answered('The domains', listOf(listedDomain)) },
})

export function getDomains(deps: AdminDeps): Endpoint {
  return {
    route: listRoute,
    asks: 'all',
    async answer(c) {
      const all = await listDomains(deps.db)
      const { entries, hasMore } = pageOfAll(all, c.req.query(), ({ id }) => id)
      const data = entries.map((row) => listedAnswer(row, deps.settings))
      return JSON.stringify({ object: 'list', has_more: hasMore, data })
    },
  }
}

const route = createRoute({
  method: 'get',
  path: '/domains/{id}',
  summary: 'A domain, its records, and how far SES is with each',
  request: { params: domainParam },
  responses: { 200: answered('The domain', domainSchema) },
})

export function getDomain(deps: AdminDeps): Endpoint {
  return {
    route,
    asks: 'all',
    async answer(c) {
      const row = await refreshed(await namedDomain(c, deps.db), deps)
      return JSON.stringify({ object: 'domain', ...wholeAnswer(row, deps.settings) })
    },
  }
}

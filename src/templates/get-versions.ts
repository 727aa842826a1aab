import { createRoute, z } from '@hono/zod-openapi'
import { listVersions, readVersion } from '../db/templates/read-templates.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { notFound } from '../http/errors.ts'
import { listOf, pageQuery } from '../http/list-schema.ts'
import { pageOf } from '../http/page.ts'
import { pathId } from '../http/path-id.ts'
import type { TemplateDeps } from './deps.ts'
import { namedTemplate } from './named-template.ts'
import { listedVersion as listedAnswer, versionAnswer } from './template-answer.ts'
import { listedVersion, nameParam, versionAnswer as answerSchema } from './template-schema.ts'

const listRoute = createRoute({
  method: 'get',
  path: '/templates/{id}/versions',
  summary: 'What was published, and the draft, newest first',
  request: { params: nameParam, query: pageQuery },
  responses: {
    200: {
      description: 'A page of versions',
      content: { 'application/json': { schema: listOf(listedVersion) } },
    },
  },
})

export function getVersions(deps: TemplateDeps): Endpoint {
  return {
    route: listRoute,
    asks: 'all',
    async answer(c) {
      const page = pageOf(c.req.query())
      const row = await namedTemplate(c, deps.db)
      const { versions, hasMore } = await listVersions(deps.db, row.id, page)
      return JSON.stringify({
        object: 'list',
        has_more: hasMore,
        data: versions.map((version) => listedAnswer(version, row)),
      })
    },
  }
}

const route = createRoute({
  method: 'get',
  path: '/templates/{id}/versions/{version}',
  summary: 'What one version says',
  request: { params: nameParam.extend({ version: z.uuid() }) },
  responses: {
    200: { description: 'The version', content: { 'application/json': { schema: answerSchema } } },
  },
})

export function getVersion(deps: TemplateDeps): Endpoint {
  return {
    route,
    asks: 'all',
    async answer(c) {
      const id = pathId(c.req.param('version'), 'Version')
      const row = await namedTemplate(c, deps.db)
      const version = await readVersion(deps.db, row.id, id)
      if (version === null) throw notFound('Version')
      return JSON.stringify(versionAnswer(row, version))
    },
  }
}

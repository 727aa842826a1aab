import { createRoute } from '@hono/zod-openapi'
import { listTemplates } from '../db/templates/read-templates.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { listOf, pageQuery } from '../http/list-schema.ts'
import { pageOf } from '../http/page.ts'
import type { TemplateDeps } from './deps.ts'
import { listedAnswer } from './template-answer.ts'
import { listedTemplate } from './template-schema.ts'

const route = createRoute({
  method: 'get',
  path: '/templates',
  summary: 'Templates, newest first',
  request: { query: pageQuery },
  responses: {
    200: {
      description: 'A page of templates',
      content: { 'application/json': { schema: listOf(listedTemplate) } },
    },
  },
})

export function getTemplates(deps: TemplateDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const { templates, hasMore } = await listTemplates(deps.db, pageOf(c.req.query()))
    return JSON.stringify({
      object: 'list',
      has_more: hasMore,
      data: templates.map(listedAnswer),
    })
  }
}

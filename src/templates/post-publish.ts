import { createRoute } from '@hono/zod-openapi'
import { publishTemplate } from '../db/templates/change-templates.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import type { TemplateDeps } from './deps.ts'
import { changedMeanwhile, namedTemplate } from './named-template.ts'
import { idAnswer, nameParam } from './template-schema.ts'

const route = createRoute({
  method: 'post',
  path: '/templates/{id}/publish',
  summary: 'Let sends use the current version',
  request: { params: nameParam },
  responses: {
    200: { description: 'Published', content: { 'application/json': { schema: idAnswer } } },
  },
})

export function postPublish(deps: TemplateDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const row = await namedTemplate(c, deps.db)
    const { id } = row
    // A caller may have missed the first answer.
    if (row.published_version_id !== row.current_version_id) {
      const moment = { now: deps.now(), asRead: row.updated_at }
      if (!(await publishTemplate(deps.db, id, moment))) throw changedMeanwhile()
      console.info('template published', { templateId: id, versionId: row.current_version_id })
    }
    return JSON.stringify({ object: 'template', id })
  }
}

import { createRoute } from '@hono/zod-openapi'
import { deleteTemplate as remove } from '../db/templates/change-templates.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { notFound } from '../http/errors.ts'
import type { TemplateDeps } from './deps.ts'
import { namedTemplate } from './named-template.ts'
import { deletedAnswer, nameParam } from './template-schema.ts'

const route = createRoute({
  method: 'delete',
  path: '/templates/{id}',
  summary: 'Throw a template away; what was sent from it stays',
  request: { params: nameParam },
  responses: {
    200: { description: 'Deleted', content: { 'application/json': { schema: deletedAnswer } } },
  },
})

export function deleteTemplate(deps: TemplateDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const { id } = await namedTemplate(c, deps.db)
    if (!(await remove(deps.db, id))) throw notFound('Template')
    console.info('template deleted', { templateId: id })
    return JSON.stringify({ object: 'template', id, deleted: true })
  }
}

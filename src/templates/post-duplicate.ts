import { createRoute } from '@hono/zod-openapi'
import { createTemplate } from '../db/templates/change-templates.ts'
import { uuidv7 } from '../domain/id.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import type { TemplateDeps } from './deps.ts'
import { wholeTemplate } from './named-template.ts'
import { idAnswer, nameParam } from './template-schema.ts'

const route = createRoute({
  method: 'post',
  path: '/templates/{id}/duplicate',
  summary: 'The same content as a new draft, without the alias',
  request: { params: nameParam },
  responses: {
    201: { description: 'A draft', content: { 'application/json': { schema: idAnswer } } },
  },
})

export function postDuplicate(deps: TemplateDeps): Endpoint {
  return { route, asks: 'all', status: 201, answer }

  async function answer(c: ApiContext): Promise<string> {
    const { row, version: content } = await wholeTemplate(c, deps.db)
    const now = deps.now()
    const id = uuidv7(now, 0, deps.random(8))
    const versionId = uuidv7(now, 1, deps.random(8))
    await createTemplate(deps.db, { id, versionId, name: row.name, alias: null, content, now })
    return JSON.stringify({ object: 'template', id })
  }
}

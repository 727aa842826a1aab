import { createRoute } from '@hono/zod-openapi'
import { createTemplate } from '../db/templates/change-templates.ts'
import { uuidv7 } from '../domain/id.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { parseBody } from '../http/parse-body.ts'
import type { TemplateDeps } from './deps.ts'
import { aliasTaken } from './named-template.ts'
import { parseAlias, parseContent, parseName } from './parse-template.ts'
import { createBody, idAnswer, MAX_TEMPLATE_BYTES } from './template-schema.ts'

const route = createRoute({
  method: 'post',
  path: '/templates',
  summary: 'Write a template',
  request: { body: { content: { 'application/json': { schema: createBody } } } },
  responses: {
    201: { description: 'A draft', content: { 'application/json': { schema: idAnswer } } },
  },
})

export function postTemplates(deps: TemplateDeps): Endpoint {
  return { route, asks: 'all', status: 201, answer }

  async function answer(c: ApiContext): Promise<string> {
    const input = await parseBody(c.req.raw, createBody, MAX_TEMPLATE_BYTES)
    const name = parseName(input.name)
    const alias = parseAlias(input.alias)
    const content = parseContent(input)
    const now = deps.now()
    const id = uuidv7(now, 0, deps.random(8))
    const versionId = uuidv7(now, 1, deps.random(8))
    const made = await createTemplate(deps.db, { id, versionId, name, alias, content, now })
    if (!made) throw aliasTaken()
    console.info('template drafted', { templateId: id, apiKeyId: c.var.apiKey.id })
    return JSON.stringify({ object: 'template', id })
  }
}

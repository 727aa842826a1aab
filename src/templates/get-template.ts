import { createRoute } from '@hono/zod-openapi'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import type { TemplateDeps } from './deps.ts'
import { wholeTemplate } from './named-template.ts'
import { templateAnswer } from './template-answer.ts'
import { nameParam, templateAnswer as answerSchema } from './template-schema.ts'

const route = createRoute({
  method: 'get',
  path: '/templates/{id}',
  summary: 'A template with what its current version says',
  request: { params: nameParam },
  responses: {
    200: {
      description: 'The template',
      content: { 'application/json': { schema: answerSchema } },
    },
  },
})

export function getTemplate(deps: TemplateDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const { row, version } = await wholeTemplate(c, deps.db)
    return JSON.stringify(templateAnswer(row, version))
  }
}

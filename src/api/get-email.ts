import { createRoute, z } from '@hono/zod-openapi'
import { readEmail } from '../db/read-emails.ts'
import type { ApiDeps } from './deps.ts'
import { emailAnswer } from './email-answer.ts'
import { emailId } from './email-id.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { notFound } from '../http/errors.ts'
import { answered } from '../http/answered.ts'
import { emailSchema } from './answer-schema.ts'

const route = createRoute({
  method: 'get',
  path: '/emails/{id}',
  summary: 'What became of an email',
  request: { params: z.object({ id: z.uuid() }) },
  responses: { 200: answered('The email', emailSchema) },
})

export function getEmail(deps: ApiDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const stored = await readEmail(deps.db, emailId(c.req.param('id')))
    if (stored === null) throw notFound('Email')
    const { content } = stored
    const bodies = {
      html: await body(content?.html ?? null, content?.html_file ?? null),
      text: await body(content?.text ?? null, content?.text_file ?? null),
    }
    return JSON.stringify(emailAnswer(stored, bodies, deps.settings.region))
  }

  async function body(inline: string | null, file: string | null): Promise<string | null> {
    return file === null ? inline : await deps.files.readText(file)
  }
}

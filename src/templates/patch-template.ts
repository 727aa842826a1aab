import { createRoute } from '@hono/zod-openapi'
import { changeTemplate } from '../db/templates/change-templates.ts'
import { readTemplate } from '../db/templates/read-templates.ts'
import { uuidv7 } from '../domain/id.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { parseBody } from '../http/parse-body.ts'
import type { TemplateDeps } from './deps.ts'
import { aliasTaken, changedMeanwhile, wholeTemplate } from './named-template.ts'
import { changedContent, namesContent, parseAlias, parseName } from './parse-template.ts'
import { changeBody, idAnswer, MAX_TEMPLATE_BYTES, nameParam } from './template-schema.ts'

const route = createRoute({
  method: 'patch',
  path: '/templates/{id}',
  summary: 'Change a template; what is published keeps sending until the change is',
  request: {
    params: nameParam,
    body: { content: { 'application/json': { schema: changeBody } } },
  },
  responses: {
    200: { description: 'Changed', content: { 'application/json': { schema: idAnswer } } },
  },
})

export function patchTemplate(deps: TemplateDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const input = await parseBody(c.req.raw, changeBody, MAX_TEMPLATE_BYTES)
    const { row, version } = await wholeTemplate(c, deps.db)
    const { id } = row
    const content = namesContent(input) ? changedContent(version, input) : null
    const now = deps.now()
    // Versions are listed by their ids, and clocks may stand still.
    const after = Math.max(now, row.updated_at + 1)
    const isNew = content !== null && version.published_at !== null
    const changed = await changeTemplate(deps.db, {
      id,
      name: input.name === undefined ? row.name : parseName(input.name),
      alias: input.alias === undefined ? row.alias : parseAlias(input.alias),
      versionId: isNew ? uuidv7(after, 0, deps.random(8)) : version.id,
      content,
      now,
      asRead: row.updated_at,
    })
    if (!changed) {
      const holder = input.alias ? await readTemplate(deps.db, input.alias) : null
      throw holder !== null && holder.id !== id ? aliasTaken() : changedMeanwhile()
    }
    return JSON.stringify({ object: 'template', id })
  }
}

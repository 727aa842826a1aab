import { createRoute } from '@hono/zod-openapi'
import { addSuppressions } from '../db/suppressions/change-suppressions.ts'
import { MAX_REASON, MAX_SOURCE } from '../domain/suppression-line.ts'
import { answered } from '../http/answered.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { invalidField, missingField } from '../http/errors.ts'
import { parseBody } from '../http/parse-body.ts'
import type { AdminDeps } from './deps.ts'
import { MAX_BODY } from './max-body.ts'
import { addressField, newSuppression } from './new-suppression.ts'
import { idAnswer, suppressionBody } from './suppression-schema.ts'

const route = createRoute({
  method: 'post',
  path: '/suppressions',
  summary: 'Suppress an address; suppressed already, it keeps its id',
  request: { body: { content: { 'application/json': { schema: suppressionBody } } } },
  responses: { 201: answered('Suppressed', idAnswer) },
})

export function postSuppressions(deps: AdminDeps): Endpoint {
  return { route, asks: 'all', status: 201, answer }

  async function answer(c: ApiContext): Promise<string> {
    const body = await parseBody(c.req.raw, suppressionBody, MAX_BODY)
    if (!body.email) throw missingField('email')
    const now = deps.now()
    const suppression = await newSuppression(
      {
        address: addressField('email', body.email),
        origin: body.origin ?? 'manual',
        reason: textField('reason', body.reason, MAX_REASON),
        source: textField('source', body.source, MAX_SOURCE),
        createdAt: null,
      },
      now,
    )
    const change = { now, mirror: deps.settings.mirrorSuppressions }
    const { ids } = await addSuppressions(deps.db, [suppression], change)
    const id = ids.get(suppression.address) ?? suppression.id
    console.info('address suppressed', { suppressionId: id, origin: suppression.origin })
    return JSON.stringify({ object: 'suppression', id })
  }
}

function textField(field: string, text: string | null | undefined, most: number): string | null {
  if (!text) return null
  if (text.length <= most && !text.includes('\u0000')) return text
  throw invalidField(field, `At most ${most} characters of plain text.`)
}

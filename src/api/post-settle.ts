import { createRoute, z } from '@hono/zod-openapi'
import { settleEmail } from '../db/settle-email.ts'
import { uuidv7 } from '../domain/id.ts'
import { readJson } from '../http/body.ts'
import type { ApiDeps } from './deps.ts'
import { emailId } from './email-id.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { enqueueOrLeave } from '../queue/enqueue-or-leave.ts'
import { invalidField, notFound } from '../http/errors.ts'
import { schemaFault } from '../http/field-path.ts'
import { answered } from '../http/answered.ts'
import { emailIdAnswer } from './answer-schema.ts'

const MAX_BODY_BYTES = 64 * 1024

const settleBody = z.object({ as: z.enum(['sent', 'resend']) })

const route = createRoute({
  method: 'post',
  path: '/-/emails/{id}/settle',
  summary: 'Say what became of an email that is in doubt or unknown',
  request: {
    params: z.object({ id: z.uuid() }),
    body: { content: { 'application/json': { schema: settleBody } } },
  },
  responses: { 200: answered('Settled', emailIdAnswer) },
})

export function postSettle(deps: ApiDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const id = emailId(c.req.param('id'))
    const { json } = await readJson(c.req.raw, MAX_BODY_BYTES)
    const parsed = settleBody.safeParse(json)
    if (!parsed.success) throw schemaFault(parsed.error)
    const now = deps.now()
    const recording = uuidv7(now, 0, deps.random(8))
    const settled = await settleEmail(deps.db, id, parsed.data.as, { now, recording })
    if (settled.type === 'not found') throw notFound('Email')
    if (settled.type === 'not open') {
      throw invalidField(
        'id',
        `Only an email in doubt or unknown is settled by hand; this one is ${settled.state}.`,
      )
    }
    if (parsed.data.as === 'resend') {
      const { recipients, priority } = settled
      await enqueueOrLeave([{ id, recipients, priority, dueAt: now }], now, deps.queue)
    }
    return JSON.stringify({ object: 'email', id })
  }
}

import { createRoute, z } from '@hono/zod-openapi'
import { readEmail } from '../db/read-emails.ts'
import { rescheduleEmail } from '../db/reschedule-email.ts'
import { readJson } from '../http/body.ts'
import type { ApiDeps } from './deps.ts'
import { emailId } from './email-id.ts'
import { enqueueOrLeave } from '../queue/enqueue-or-leave.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { type ApiError, invalidField, missingField, notFound } from '../http/errors.ts'
import { schemaFault } from '../http/field-path.ts'
import { parseScheduledAt } from '../http/scheduled-time.ts'
import { answered } from '../http/answered.ts'
import { emailIdAnswer } from './answer-schema.ts'

const MAX_BODY_BYTES = 64 * 1024

const patchBody = z.object({ scheduled_at: z.string().nullish() })

const route = createRoute({
  method: 'patch',
  path: '/emails/{id}',
  summary: 'Give a scheduled email another time',
  request: {
    params: z.object({ id: z.uuid() }),
    body: { content: { 'application/json': { schema: patchBody } } },
  },
  responses: { 200: answered('Rescheduled', emailIdAnswer) },
})

export function patchEmail(deps: ApiDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const id = emailId(c.req.param('id'))
    const { json } = await readJson(c.req.raw, MAX_BODY_BYTES)
    const parsed = patchBody.safeParse(json)
    if (!parsed.success) throw schemaFault(parsed.error)
    const now = deps.now()
    const dueAt = parseScheduledAt(parsed.data.scheduled_at, now)
    if (dueAt === null) throw missingField('scheduled_at')
    const email = await rescheduleEmail(deps.db, id, dueAt)
    if (email === null) throw await whyNot(id, dueAt)
    await enqueueOrLeave([{ id, ...email, dueAt }], now, deps.queue)
    return JSON.stringify({ object: 'email', id })
  }

  async function whyNot(id: string, dueAt: number): Promise<ApiError> {
    const email = (await readEmail(deps.db, id))?.email
    if (email === undefined) return notFound('Email')
    if (email.state === 'scheduled' && email.expires_at !== null && email.expires_at <= dueAt) {
      return invalidField('scheduled_at', 'The email expires before.')
    }
    return invalidField(
      'id',
      `Only a scheduled email gets another time; this one is ${email.status}.`,
    )
  }
}

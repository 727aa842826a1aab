import { createRoute, z } from '@hono/zod-openapi'
import { cancelEmail } from '../db/cancel-email.ts'
import { uuidv7 } from '../domain/id.ts'
import type { ApiDeps } from './deps.ts'
import { emailId } from './email-id.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { invalidField, notFound } from '../http/errors.ts'
import { answered } from '../http/answered.ts'
import { emailIdAnswer } from './answer-schema.ts'

const route = createRoute({
  method: 'post',
  path: '/emails/{id}/cancel',
  summary: 'Stop an email that has not been sent yet',
  request: { params: z.object({ id: z.uuid() }) },
  responses: { 200: answered('Canceled', emailIdAnswer) },
})

/** Says the same again when asked again: a caller may have missed the first answer. */
export function postCancel(deps: ApiDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const id = emailId(c.req.param('id'))
    const now = deps.now()
    const canceled = await cancelEmail(deps.db, id, {
      now,
      recording: uuidv7(now, 0, deps.random(8)),
    })
    if (canceled === null) throw notFound('Email')
    if (!canceled.changed && canceled.state !== 'canceled') {
      const why = canceled.state === 'sending' ? 'it is already sending' : `it is ${canceled.state}`
      throw invalidField('id', `The email can no longer be canceled: ${why}.`)
    }
    return JSON.stringify({ object: 'email', id })
  }
}

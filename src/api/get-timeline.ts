import { createRoute, z } from '@hono/zod-openapi'
import { readTimeline } from '../db/read-timeline.ts'
import type { ApiDeps } from './deps.ts'
import { emailId } from './email-id.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { notFound } from '../http/errors.ts'
import { timelineEntries } from './timeline.ts'
import { answered } from '../http/answered.ts'
import { timelineSchema } from './answer-schema.ts'

const route = createRoute({
  method: 'get',
  path: '/-/emails/{id}/events',
  summary: 'All that happened to an email, in order',
  request: { params: z.object({ id: z.uuid() }) },
  responses: { 200: answered('The timeline', timelineSchema) },
})

export function getTimeline(deps: ApiDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const timeline = await readTimeline(deps.db, emailId(c.req.param('id')))
    if (timeline === null) throw notFound('Email')
    return JSON.stringify({
      object: 'list',
      has_more: false,
      email_id: timeline.email.id,
      status: timeline.email.status,
      data: timelineEntries(timeline),
    })
  }
}

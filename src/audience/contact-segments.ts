import { createRoute, z } from '@hono/zod-openapi'
import { moveContact } from '../db/audience/change-contacts.ts'
import { segmentsOf } from '../db/audience/segments.ts'
import { answered } from '../http/answered.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { listOf, pageQuery } from '../http/list-schema.ts'
import { pageOf } from '../http/page.ts'
import { contactParam, listedSegment } from './audience-schema.ts'
import type { AudienceDeps } from './deps.ts'
import { EVERYTHING } from './everything.ts'
import { namedContact } from './named-contact.ts'
import { namedStatic } from './named-segment.ts'
import { listedAnswer } from './segment-answer.ts'

const params = contactParam.extend({ segment: z.uuid() })
const path = '/contacts/{contact}/segments/{segment}'
const moved = z.object({ object: z.literal('segment'), id: z.uuid() })

export function getContactSegments(deps: AudienceDeps): Endpoint {
  return {
    route: createRoute({
      method: 'get',
      path: '/contacts/{contact}/segments',
      summary: 'Segments that a contact was put into',
      request: { params: contactParam, query: pageQuery },
      responses: { 200: answered('The segments', listOf(listedSegment)) },
    }),
    asks: 'all',
    async answer(c) {
      const { id } = await namedContact(c, deps.db)
      const { limit } = pageOf(c.req.query(), { limit: EVERYTHING })
      const { segments, hasMore } = await segmentsOf(deps.db, id, limit)
      const data = segments.map(listedAnswer)
      return JSON.stringify({ object: 'list', has_more: hasMore, data })
    },
  }
}

export function postContactSegment(deps: AudienceDeps): Endpoint {
  return {
    route: createRoute({
      method: 'post',
      path,
      summary: 'Put a contact into a segment',
      request: { params },
      responses: { 200: answered('It is in it', moved) },
    }),
    asks: 'all',
    async answer(c) {
      const contact = await namedContact(c, deps.db)
      const { id } = await namedStatic(c, deps.db)
      await moveContact(deps.db, contact, id, true, deps.now())
      return JSON.stringify({ object: 'segment', id })
    },
  }
}

export function deleteContactSegment(deps: AudienceDeps): Endpoint {
  return {
    route: createRoute({
      method: 'delete',
      path,
      summary: 'Take a contact out of a segment',
      request: { params },
      responses: {
        200: answered(
          'It is not in it',
          moved.extend({ audienceId: z.uuid(), deleted: z.literal(true) }),
        ),
      },
    }),
    asks: 'all',
    async answer(c) {
      const contact = await namedContact(c, deps.db)
      const { id } = await namedStatic(c, deps.db)
      await moveContact(deps.db, contact, id, false, deps.now())
      // The name is that of resend's types.
      return JSON.stringify({ object: 'segment', id, audienceId: id, deleted: true })
    },
  }
}

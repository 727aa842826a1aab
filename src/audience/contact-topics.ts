import { createRoute } from '@hono/zod-openapi'
import { updateContact } from '../db/audience/change-contacts.ts'
import { topicsOf } from '../db/audience/topics.ts'
import { answered } from '../http/answered.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { listOf, pageQuery } from '../http/list-schema.ts'
import { parseBody } from '../http/parse-body.ts'
import {
  contactAnswerId,
  contactParam,
  contactTopic,
  MAX_BODY_BYTES,
  topicsBody,
} from './audience-schema.ts'
import type { AudienceDeps } from './deps.ts'
import { namedContact } from './named-contact.ts'
import { parseTopics } from './parse-contact.ts'

const path = '/contacts/{contact}/topics'

export function getContactTopics(deps: AudienceDeps): Endpoint {
  return {
    route: createRoute({
      method: 'get',
      path,
      summary: 'All topics, and whether the contact gets them',
      request: { params: contactParam, query: pageQuery },
      responses: { 200: answered('The topics', listOf(contactTopic)) },
    }),
    asks: 'all',
    async answer(c) {
      const { address } = await namedContact(c, deps.db)
      const topics = await topicsOf(deps.db, address)
      const data = topics.map(({ id, name, description, subscribed }) => ({
        id,
        name,
        description,
        subscription: subscribed === 1 ? 'opt_in' : 'opt_out',
      }))
      return JSON.stringify({ object: 'list', has_more: false, data })
    },
  }
}

export function patchContactTopics(deps: AudienceDeps): Endpoint {
  return {
    route: createRoute({
      method: 'patch',
      path,
      summary: 'Say which topics a contact gets',
      request: {
        params: contactParam,
        body: { content: { 'application/json': { schema: topicsBody } } },
      },
      responses: { 200: answered('Said', contactAnswerId) },
    }),
    asks: 'all',
    async answer(c) {
      const given = await parseBody(c.req.raw, topicsBody, MAX_BODY_BYTES)
      const contact = await namedContact(c, deps.db)
      const topics = await parseTopics(given, deps.db)
      await updateContact(deps.db, contact, { topics, properties: {} }, deps.now())
      return JSON.stringify({ object: 'contact', id: contact.id })
    },
  }
}

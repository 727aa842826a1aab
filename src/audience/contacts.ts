import { createRoute, z } from '@hono/zod-openapi'
import { saveContact, updateContact } from '../db/audience/change-contacts.ts'
import { listContacts } from '../db/audience/read-contacts.ts'
import { answered } from '../http/answered.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { listOf, pageQuery } from '../http/list-schema.ts'
import { pageOf } from '../http/page.ts'
import { parseBody } from '../http/parse-body.ts'
import {
  contactAnswerId,
  contactBody,
  contactChange,
  type ContactInput,
  contactParam,
  contactSchema,
  listedContact,
  MAX_BODY_BYTES,
} from './audience-schema.ts'
import { contactAnswer, listedAnswer } from './contact-answer.ts'
import type { AudienceDeps } from './deps.ts'
import { EVERYTHING } from './everything.ts'
import { namedContact } from './named-contact.ts'
import { segmentOfId } from './named-segment.ts'
import { newId } from './new-id.ts'
import { parseEmail, parseFields, parseSegments, parseTopics } from './parse-contact.ts'

export function postContacts(deps: AudienceDeps): Endpoint {
  return {
    route: createRoute({
      method: 'post',
      path: '/contacts',
      summary: 'Make a contact, or change the one of this address',
      request: { body: { content: { 'application/json': { schema: contactBody } } } },
      responses: { 201: answered('The contact', contactAnswerId) },
    }),
    asks: 'all',
    status: 201,
    async answer(c) {
      const input = await parseBody(c.req.raw, contactBody, MAX_BODY_BYTES)
      const id = await save(input, deps)
      return JSON.stringify({ object: 'contact', id })
    },
  }
}

/** Its id, new or not. */
export async function save(input: ContactInput, deps: AudienceDeps): Promise<string> {
  const { db } = deps
  const address = await parseEmail(input.email, deps)
  const contact = {
    id: newId(deps),
    address,
    ...(await parseFields(input, db)),
    segments: await parseSegments(input.segments ?? [], db),
    topics: await parseTopics(input.topics ?? [], db),
  }
  const id = await saveContact(db, contact, deps.now())
  console.info('contact saved', { contactId: id, isNew: id === contact.id })
  return id
}

export function getContacts(deps: AudienceDeps): Endpoint {
  return {
    route: createRoute({
      method: 'get',
      path: '/contacts',
      summary: 'Contacts, newest first',
      request: { query: pageQuery.extend({ segment_id: z.string().optional() }) },
      responses: { 200: answered('A page of contacts', listOf(listedContact)) },
    }),
    asks: 'all',
    async answer(c) {
      const { segment_id: segmentId, ...query } = c.req.query()
      return await contactList(segmentId ?? null, query, deps)
    },
  }
}

export async function contactList(
  segmentId: string | null,
  query: Record<string, string>,
  deps: AudienceDeps,
): Promise<string> {
  const page = pageOf(query, { limit: EVERYTHING })
  const segment = segmentId ? await segmentOfId(segmentId, deps.db) : null
  const { contacts, hasMore } = await listContacts(deps.db, segment, page, deps.now())
  const data = contacts.map(listedAnswer)
  return JSON.stringify({ object: 'list', has_more: hasMore, data })
}

export function getContact(deps: AudienceDeps): Endpoint {
  return {
    route: createRoute({
      method: 'get',
      path: '/contacts/{contact}',
      summary: 'A contact, by id or address',
      request: { params: contactParam },
      responses: { 200: answered('The contact', contactSchema) },
    }),
    asks: 'all',
    async answer(c) {
      return JSON.stringify(contactAnswer(await namedContact(c, deps.db)))
    },
  }
}

export function patchContact(deps: AudienceDeps): Endpoint {
  return {
    route: createRoute({
      method: 'patch',
      path: '/contacts/{contact}',
      summary: 'Change a contact; a property that is null is deleted',
      request: {
        params: contactParam,
        body: { content: { 'application/json': { schema: contactChange } } },
      },
      responses: { 200: answered('Changed', contactAnswerId) },
    }),
    asks: 'all',
    async answer(c) {
      const input = await parseBody(c.req.raw, contactChange, MAX_BODY_BYTES)
      const contact = await namedContact(c, deps.db)
      await updateContact(deps.db, contact, await parseFields(input, deps.db), deps.now())
      return JSON.stringify({ object: 'contact', id: contact.id })
    },
  }
}

import { createRoute } from '@hono/zod-openapi'
import { moveContact, updateContact } from '../db/audience/change-contacts.ts'
import type { ContactRow } from '../db/audience/contact-sql.ts'
import { isMember } from '../db/audience/read-contacts.ts'
import { answered } from '../http/answered.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { notFound } from '../http/errors.ts'
import { parseBody } from '../http/parse-body.ts'
import {
  contactAnswerId,
  contactBody,
  contactChange,
  contactParam,
  contactSchema,
  deletedContact,
  idParam,
  MAX_BODY_BYTES,
} from './audience-schema.ts'
import { contactAnswer } from './contact-answer.ts'
import { save } from './contacts.ts'
import type { AudienceDeps } from './deps.ts'
import { namedContact } from './named-contact.ts'
import { segmentOfId } from './named-segment.ts'
import { parseFields } from './parse-contact.ts'

// What old clients call: a contact within an audience, which is a contact in a segment.

const path = '/audiences/{id}/contacts/{contact}'
const params = contactParam.extend(idParam.shape)

export function postAudienceContacts(deps: AudienceDeps): Endpoint {
  return {
    route: createRoute({
      method: 'post',
      path: '/audiences/{id}/contacts',
      summary: 'Make a contact in an audience',
      request: {
        params: idParam,
        body: { content: { 'application/json': { schema: contactBody } } },
      },
      responses: { 201: answered('The contact', contactAnswerId) },
    }),
    asks: 'all',
    status: 201,
    async answer(c) {
      const input = await parseBody(c.req.raw, contactBody, MAX_BODY_BYTES)
      const audience = await segmentOfId(c.req.param('id'), deps.db, 'Audience')
      const id = await save({ ...input, segments: [audience.id] }, deps)
      return JSON.stringify({ object: 'contact', id })
    },
  }
}

export function getAudienceContact(deps: AudienceDeps): Endpoint {
  return {
    route: createRoute({
      method: 'get',
      path,
      summary: 'A contact of an audience',
      request: { params },
      responses: { 200: answered('The contact', contactSchema) },
    }),
    asks: 'all',
    async answer(c) {
      const { contact } = await namedMember(c, deps)
      return JSON.stringify(contactAnswer(contact))
    },
  }
}

export function patchAudienceContact(deps: AudienceDeps): Endpoint {
  return {
    route: createRoute({
      method: 'patch',
      path,
      summary: 'Change a contact of an audience',
      request: { params, body: { content: { 'application/json': { schema: contactChange } } } },
      responses: { 200: answered('Changed', contactAnswerId) },
    }),
    asks: 'all',
    async answer(c) {
      const input = await parseBody(c.req.raw, contactChange, MAX_BODY_BYTES)
      const { contact } = await namedMember(c, deps)
      await updateContact(deps.db, contact, await parseFields(input, deps.db), deps.now())
      return JSON.stringify({ object: 'contact', id: contact.id })
    },
  }
}

export function deleteAudienceContact(deps: AudienceDeps): Endpoint {
  return {
    route: createRoute({
      method: 'delete',
      path,
      summary: 'Take a contact out of an audience',
      request: { params },
      responses: { 200: answered('It is not in it', deletedContact) },
    }),
    asks: 'all',
    async answer(c) {
      const { contact, audienceId } = await namedMember(c, deps)
      await moveContact(deps.db, contact, audienceId, false, deps.now())
      const { id } = contact
      return JSON.stringify({ object: 'contact', id, contact: id, deleted: true })
    },
  }
}

async function namedMember(
  c: ApiContext,
  { db }: AudienceDeps,
): Promise<{ contact: ContactRow; audienceId: string }> {
  const { id: audienceId } = await segmentOfId(c.req.param('id'), db, 'Audience')
  const contact = await namedContact(c, db)
  if (!(await isMember(db, audienceId, contact.id))) throw notFound('Contact')
  return { contact, audienceId }
}

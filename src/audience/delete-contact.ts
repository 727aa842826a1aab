import { createRoute, z } from '@hono/zod-openapi'
import { deleteContact as remove } from '../db/audience/change-contacts.ts'
import { forgetErasure } from '../db/audience/erased.ts'
import { normalAddress } from '../domain/address.ts'
import { answered } from '../http/answered.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { invalidParameter, notFound } from '../http/errors.ts'
import { contactParam } from './audience-schema.ts'
import type { AudienceDeps } from './deps.ts'
import { erasePerson } from './erase-person.ts'
import { contactName, namedContact } from './named-contact.ts'

const deletedContact = z.object({
  object: z.literal('contact'),
  id: z.uuid().nullable(),
  contact: z.uuid().nullable(),
  deleted: z.literal(true),
  erased: z.object({ emails: z.int().min(0) }).optional(),
})

export function deleteContact(deps: AudienceDeps): Endpoint {
  return {
    route: createRoute({
      method: 'delete',
      path: '/contacts/{contact}',
      summary: 'Delete a contact; what they have left stays known. With `erase`, all that is known',
      request: {
        params: contactParam,
        query: z.object({ erase: z.enum(['true', 'false']).optional() }),
      },
      responses: { 200: answered('Deleted', deletedContact) },
    }),
    asks: 'all',
    async answer(c) {
      const { erase = 'false' } = c.req.query()
      if (erase !== 'true' && erase !== 'false') throw invalidParameter('erase', 'true or false.')
      if (erase === 'true') {
        const { id, emails } = await erasePerson(contactName(c), deps)
        const erased = { emails }
        return JSON.stringify({ object: 'contact', id, contact: id, deleted: true, erased })
      }
      const { id } = await namedContact(c, deps.db)
      await remove(deps.db, id, deps.now())
      console.info('contact deleted', { contactId: id })
      return JSON.stringify({ object: 'contact', id, contact: id, deleted: true })
    },
  }
}

const forgotten = z.object({ object: z.literal('erasure'), deleted: z.literal(true) })

export function deleteErasure(deps: AudienceDeps): Endpoint {
  return {
    route: createRoute({
      method: 'delete',
      path: '/-/erasures/{email}',
      summary: 'A person who was erased came back: let them be written to',
      request: { params: z.object({ email: z.string() }) },
      responses: { 200: answered('They are somebody new', forgotten) },
    }),
    asks: 'all',
    async answer(c) {
      const address = normalAddress(c.req.param('email') ?? '')
      const was = address !== null && (await forgetErasure(deps.db, deps.addressHash(address)))
      if (!was) throw notFound('Erasure')
      console.info('erasure forgotten')
      return JSON.stringify({ object: 'erasure', deleted: true })
    },
  }
}

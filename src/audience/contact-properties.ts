import { createRoute } from '@hono/zod-openapi'
import {
  changeFallback,
  type ContactProperty,
  deleteProperty as remove,
  insertProperty,
  listProperties,
  readProperty,
} from '../db/audience/properties.ts'
import { PROPERTY_KEY, propertyFault, type PropertyType } from '../domain/contact-values.ts'
import { answered } from '../http/answered.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { invalidField, missingField, notFound } from '../http/errors.ts'
import { iso } from '../http/iso.ts'
import { listOf, pageQuery } from '../http/list-schema.ts'
import { pageOf } from '../http/page.ts'
import { parseBody } from '../http/parse-body.ts'
import { pathId } from '../http/path-id.ts'
import {
  deletedProperty,
  idParam,
  listedProperty,
  MAX_BODY_BYTES,
  propertyBody,
  propertyChange,
  propertyId,
  propertySchema,
} from './audience-schema.ts'
import type { AudienceDeps } from './deps.ts'
import { newId } from './new-id.ts'
import { EVERYTHING } from './everything.ts'

const path = '/contact-properties/{id}'

export function postProperties(deps: AudienceDeps): Endpoint {
  return {
    route: createRoute({
      method: 'post',
      path: '/contact-properties',
      summary: 'Declare what may be said of contacts',
      request: { body: { content: { 'application/json': { schema: propertyBody } } } },
      responses: { 201: answered('Declared', propertyId) },
    }),
    asks: 'all',
    status: 201,
    async answer(c) {
      const input = await parseBody(c.req.raw, propertyBody, MAX_BODY_BYTES)
      const key = input.key ?? ''
      if (key === '') throw missingField('key')
      if (!PROPERTY_KEY.test(key)) {
        throw invalidField('key', '1 to 50 ASCII letters, digits and underscores.')
      }
      const type = typeOf(input.type)
      const id = newId(deps)
      const inserted = await insertProperty(deps.db, {
        id,
        key,
        type,
        fallback_value: fallbackOf(input.fallback_value, type),
        created_at: deps.now(),
      })
      if (!inserted) throw invalidField('key', 'There is a property of this key.')
      return JSON.stringify({ object: 'contact_property', id })
    },
  }
}

export function getProperties(deps: AudienceDeps): Endpoint {
  return {
    route: createRoute({
      method: 'get',
      path: '/contact-properties',
      summary: 'Properties, newest first',
      request: { query: pageQuery },
      responses: { 200: answered('A page of properties', listOf(listedProperty)) },
    }),
    asks: 'all',
    async answer(c) {
      const page = pageOf(c.req.query(), { limit: EVERYTHING })
      const { properties, hasMore } = await listProperties(deps.db, page)
      const data = properties.map(propertyAnswer)
      return JSON.stringify({ object: 'list', has_more: hasMore, data })
    },
  }
}

export function getProperty(deps: AudienceDeps): Endpoint {
  return {
    route: createRoute({
      method: 'get',
      path,
      summary: 'A property',
      request: { params: idParam },
      responses: { 200: answered('The property', propertySchema) },
    }),
    asks: 'all',
    async answer(c) {
      const property = await named(c, deps)
      return JSON.stringify({ object: 'contact_property', ...propertyAnswer(property) })
    },
  }
}

export function patchProperty(deps: AudienceDeps): Endpoint {
  return {
    route: createRoute({
      method: 'patch',
      path,
      summary: 'Give a property another fallback',
      request: {
        params: idParam,
        body: { content: { 'application/json': { schema: propertyChange } } },
      },
      responses: { 200: answered('Changed', propertyId) },
    }),
    asks: 'all',
    async answer(c) {
      const { id, type } = await named(c, deps)
      const input = await parseBody(c.req.raw, propertyChange, MAX_BODY_BYTES)
      if (input.fallback_value !== undefined) {
        await changeFallback(deps.db, id, fallbackOf(input.fallback_value, type))
      }
      return JSON.stringify({ object: 'contact_property', id })
    },
  }
}

export function deleteProperty(deps: AudienceDeps): Endpoint {
  return {
    route: createRoute({
      method: 'delete',
      path,
      summary: 'Withdraw a property',
      request: { params: idParam },
      responses: { 200: answered('Withdrawn', deletedProperty) },
    }),
    asks: 'all',
    async answer(c) {
      const { id } = await named(c, deps)
      await remove(deps.db, id)
      return JSON.stringify({ object: 'contact_property', id, deleted: true })
    },
  }
}

async function named(c: ApiContext, { db }: AudienceDeps): Promise<ContactProperty> {
  const property = await readProperty(db, pathId(c.req.param('id'), 'Contact property'))
  if (property === null) throw notFound('Contact property')
  return property
}

function propertyAnswer({ created_at, ...property }: ContactProperty): object {
  return { ...property, created_at: iso(created_at) }
}

function typeOf(given: string | null | undefined): PropertyType {
  if (!given) throw missingField('type')
  if (given === 'string' || given === 'number') return given
  throw invalidField('type', '`string` or `number`.')
}

function fallbackOf(
  given: string | number | null | undefined,
  type: PropertyType,
): string | number | null {
  const fault = propertyFault(given ?? null, type)
  if (fault !== null) throw invalidField('fallback_value', fault)
  return given ?? null
}

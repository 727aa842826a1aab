import { createRoute } from '@hono/zod-openapi'
import { countContacts } from '../db/audience/read-contacts.ts'
import {
  changeSegment,
  deleteSegment as remove,
  insertSegment,
  listSegments,
} from '../db/audience/segments.ts'
import { UUID } from '../domain/id.ts'
import { parseFilter } from '../domain/segment-filter.ts'
import { answered } from '../http/answered.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { ApiError, invalidField, missingField } from '../http/errors.ts'
import { listOf, pageQuery } from '../http/list-schema.ts'
import { pageOf } from '../http/page.ts'
import { parseBody } from '../http/parse-body.ts'
import {
  deletedSegment,
  idParam,
  listedContact,
  listedSegment,
  MAX_BODY_BYTES,
  segmentBody,
  segmentId,
  segmentMade,
  segmentSchema,
} from './audience-schema.ts'
import { contactList } from './contacts.ts'
import type { AudienceDeps } from './deps.ts'
import { EVERYTHING } from './everything.ts'
import { segmentOfId } from './named-segment.ts'
import { newId } from './new-id.ts'
import { parseLine } from './parse-line.ts'
import { listedAnswer } from './segment-answer.ts'

const MAX_NAME = 200
const body = { content: { 'application/json': { schema: segmentBody } } }

/** Segments were once called audiences; both names mean the same here. */
export type SegmentPath = '/segments' | '/audiences'
const NAMES = { '/segments': 'segment', '/audiences': 'audience' } as const
const TITLES = { '/segments': 'Segment', '/audiences': 'Audience' } as const

export function postSegments(deps: AudienceDeps, path: SegmentPath): Endpoint {
  return {
    route: createRoute({
      method: 'post',
      path,
      summary: 'Make a segment, for members to be put into or with a filter that finds them',
      request: { body },
      responses: { 201: answered('Made', segmentMade) },
    }),
    asks: 'all',
    status: 201,
    async answer(c) {
      const input = await parseBody(c.req.raw, segmentBody, MAX_BODY_BYTES)
      const segment = { id: newId(deps), name: nameOf(input.name), filter: filterOf(input.filter) }
      await insertSegment(deps.db, { ...segment, now: deps.now() })
      const { id, name } = segment
      console.info('segment made', { segmentId: id, isFiltered: segment.filter !== null })
      return JSON.stringify({ object: NAMES[path], id, name })
    },
  }
}

export function getSegments(deps: AudienceDeps, path: SegmentPath): Endpoint {
  return {
    route: createRoute({
      method: 'get',
      path,
      summary: 'Segments, newest first',
      request: { query: pageQuery },
      responses: { 200: answered('A page of segments', listOf(listedSegment)) },
    }),
    asks: 'all',
    async answer(c) {
      const page = pageOf(c.req.query(), { limit: EVERYTHING })
      const { segments, hasMore } = await listSegments(deps.db, page)
      const data = segments.map(listedAnswer)
      return JSON.stringify({ object: 'list', has_more: hasMore, data })
    },
  }
}

export function getSegment(deps: AudienceDeps, path: SegmentPath): Endpoint {
  return {
    route: createRoute({
      method: 'get',
      path: `${path}/{id}`,
      summary: 'A segment, and how many contacts belong to it now',
      request: { params: idParam },
      responses: { 200: answered('The segment', segmentSchema) },
    }),
    asks: 'all',
    async answer(c) {
      const segment = await segmentOfId(c.req.param('id'), deps.db, TITLES[path])
      const contacts = await countContacts(deps.db, segment, deps.now())
      return JSON.stringify({ object: NAMES[path], ...listedAnswer(segment), contacts })
    },
  }
}

export function getSegmentContacts(deps: AudienceDeps, path: SegmentPath): Endpoint {
  return {
    route: createRoute({
      method: 'get',
      path: `${path}/{id}/contacts`,
      summary: 'Who belongs to it now, newest first',
      request: { params: idParam, query: pageQuery },
      responses: { 200: answered('A page of contacts', listOf(listedContact)) },
    }),
    asks: 'all',
    async answer(c) {
      const segment = await segmentOfId(c.req.param('id'), deps.db, TITLES[path])
      return await contactList(segment.id, c.req.query(), deps)
    },
  }
}

export function patchSegment(deps: AudienceDeps): Endpoint {
  return {
    route: createRoute({
      method: 'patch',
      path: '/segments/{id}',
      summary: 'Give a segment another name, or another filter if it has one',
      request: { params: idParam, body },
      responses: { 200: answered('Changed', segmentId) },
    }),
    asks: 'all',
    async answer(c) {
      const { id } = await segmentOfId(c.req.param('id'), deps.db)
      const input = await parseBody(c.req.raw, segmentBody, MAX_BODY_BYTES)
      const changed = await changeSegment(deps.db, id, {
        name: input.name === undefined ? null : nameOf(input.name),
        filter: filterOf(input.filter),
      })
      if (!changed) {
        throw invalidField('filter', 'Members are put into this segment; it takes no filter.')
      }
      return JSON.stringify({ object: 'segment', id })
    },
  }
}

export function deleteSegment(deps: AudienceDeps, path: SegmentPath): Endpoint {
  return {
    route: createRoute({
      method: 'delete',
      path: `${path}/{id}`,
      summary: 'Throw a segment away; its contacts stay. An unknown one is gone already',
      request: { params: idParam },
      responses: { 200: answered('Gone', deletedSegment) },
    }),
    asks: 'all',
    async answer(c) {
      const id = (c.req.param('id') ?? '').toLowerCase()
      if (!UUID.test(id)) throw new ApiError(422, 'validation_error', 'The id must be a UUID.')
      await remove(deps.db, id)
      return JSON.stringify({ object: NAMES[path], id, deleted: true })
    },
  }
}

function nameOf(name: string | null | undefined): string {
  if (!name) throw missingField('name')
  return parseLine('name', name, MAX_NAME)
}

/** As JSON; null for none. */
function filterOf(given: unknown): string | null {
  if (given === undefined || given === null) return null
  const parsed = parseFilter(given)
  if ('fault' in parsed) throw invalidField('filter', parsed.fault)
  return JSON.stringify(given)
}

import { createRoute } from '@hono/zod-openapi'
import {
  changeTopic,
  countTopics,
  deleteTopic as remove,
  insertTopic,
  listTopics,
  readTopic,
  type Topic,
} from '../db/audience/topics.ts'
import { answered } from '../http/answered.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { invalidField, missingField, notFound } from '../http/errors.ts'
import { iso } from '../http/iso.ts'
import { listOf } from '../http/list-schema.ts'
import { parseBody } from '../http/parse-body.ts'
import { pathId } from '../http/path-id.ts'
import {
  deletedTopic,
  idParam,
  listedTopic,
  MAX_BODY_BYTES,
  topicBody,
  topicId,
  topicSchema,
} from './audience-schema.ts'
import type { AudienceDeps } from './deps.ts'
import { parseLine } from './parse-line.ts'
import { newId } from './new-id.ts'

const MAX_NAME = 50
const MAX_DESCRIPTION = 200
/** They are listed whole and shown on one page. */
const MAX_TOPICS = 500

const body = { content: { 'application/json': { schema: topicBody } } }

export function postTopics(deps: AudienceDeps): Endpoint {
  return {
    route: createRoute({
      method: 'post',
      path: '/topics',
      summary: 'Make a topic that people may leave or join',
      request: { body },
      responses: { 201: answered('Made', topicId) },
    }),
    asks: 'all',
    status: 201,
    async answer(c) {
      const input = await parseBody(c.req.raw, topicBody, MAX_BODY_BYTES)
      const topic: Topic = {
        id: newId(deps),
        name: nameOf(input.name),
        description: descriptionOf(input.description),
        default_subscription: defaultOf(input.default_subscription),
        visibility: input.visibility ?? 'private',
        created_at: deps.now(),
      }
      if ((await countTopics(deps.db)) >= MAX_TOPICS) {
        throw invalidField('name', `There are ${MAX_TOPICS} topics already.`)
      }
      await insertTopic(deps.db, topic)
      console.info('topic made', { topicId: topic.id })
      return JSON.stringify({ object: 'topic', id: topic.id })
    },
  }
}

export function getTopics(deps: AudienceDeps): Endpoint {
  return {
    route: createRoute({
      method: 'get',
      path: '/topics',
      summary: 'All topics, newest first',
      responses: { 200: answered('The topics', listOf(listedTopic)) },
    }),
    asks: 'all',
    async answer() {
      const data = (await listTopics(deps.db)).map(topicAnswer)
      return JSON.stringify({ object: 'list', has_more: false, data })
    },
  }
}

export function getTopic(deps: AudienceDeps): Endpoint {
  return {
    route: createRoute({
      method: 'get',
      path: '/topics/{id}',
      summary: 'A topic',
      request: { params: idParam },
      responses: { 200: answered('The topic', topicSchema) },
    }),
    asks: 'all',
    async answer(c) {
      const topic = await readTopic(deps.db, pathId(c.req.param('id'), 'Topic'))
      if (topic === null) throw notFound('Topic')
      return JSON.stringify({ object: 'topic', ...topicAnswer(topic) })
    },
  }
}

export function patchTopic(deps: AudienceDeps): Endpoint {
  return {
    route: createRoute({
      method: 'patch',
      path: '/topics/{id}',
      summary: 'Change a topic; its default stays for ever',
      request: { params: idParam, body },
      responses: { 200: answered('Changed', topicId) },
    }),
    asks: 'all',
    async answer(c) {
      const id = pathId(c.req.param('id'), 'Topic')
      const input = await parseBody(c.req.raw, topicBody, MAX_BODY_BYTES)
      const before = await readTopic(deps.db, id)
      if (before === null) throw notFound('Topic')
      const given = input.default_subscription ?? before.default_subscription
      if (given !== before.default_subscription) {
        throw invalidField('default_subscription', 'It cannot be changed.')
      }
      const { name, description, visibility } = input
      const changed = await changeTopic(deps.db, id, {
        name: name === undefined ? null : nameOf(name),
        description: description === undefined ? undefined : descriptionOf(description),
        visibility: visibility ?? null,
      })
      if (!changed) throw notFound('Topic')
      return JSON.stringify({ object: 'topic', id })
    },
  }
}

export function deleteTopic(deps: AudienceDeps): Endpoint {
  return {
    route: createRoute({
      method: 'delete',
      path: '/topics/{id}',
      summary: 'Throw a topic away',
      request: { params: idParam },
      responses: { 200: answered('Deleted', deletedTopic) },
    }),
    asks: 'all',
    async answer(c) {
      const id = pathId(c.req.param('id'), 'Topic')
      if (!(await remove(deps.db, id))) {
        if ((await readTopic(deps.db, id)) === null) throw notFound('Topic')
        throw invalidField('id', 'A broadcast or an email on this topic is still to be sent.')
      }
      console.info('topic deleted', { topicId: id })
      return JSON.stringify({ object: 'topic', id, deleted: true })
    },
  }
}

function topicAnswer({ created_at, ...topic }: Topic): object {
  return { ...topic, created_at: iso(created_at) }
}

function nameOf(name: string | null | undefined): string {
  if (!name) throw missingField('name')
  return parseLine('name', name, MAX_NAME)
}

function descriptionOf(description: string | null | undefined): string | null {
  return description ? parseLine('description', description, MAX_DESCRIPTION) : null
}

function defaultOf(given: string | null | undefined): Topic['default_subscription'] {
  if (!given) throw missingField('default_subscription')
  if (given === 'opt_in' || given === 'opt_out') return given
  throw invalidField('default_subscription', '`opt_in` or `opt_out`.')
}

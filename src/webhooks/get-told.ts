import { createRoute, z } from '@hono/zod-openapi'
import { feedBefore, feedEnds, readFeedRow } from '../db/webhooks/read-feed.ts'
import { readTold } from '../db/webhooks/read-told.ts'
import type { WebhookEvent } from '../domain/webhook-body.ts'
import {
  END_OF_ROW,
  webhookEventId,
  webhookPlace,
  type WebhookPlace,
} from '../domain/webhook-place.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { ApiError, invalidParameter } from '../http/errors.ts'
import { pageOf } from '../http/page.ts'
import { isoTime } from '../http/scheduled-time.ts'
import type { WebhookDeps } from './deps.ts'
import { toldEvent } from './webhook-schema.ts'

const LIMIT = 100
/** Reads of some rows each: a long silence must not make one request endless. */
const READS = 10

const route = createRoute({
  method: 'get',
  path: '/-/events',
  summary: 'All that webhooks were to tell, in the order of arrival',
  request: {
    query: z.object({
      after: z.string().optional().openapi({
        description: '`next` of the page before, or the id of an event (the `webhook-id` header)',
      }),
      since: z.string().optional().openapi({ description: 'ISO 8601; instead of `after`' }),
      limit: z.string().optional().openapi({ description: '1 to 100' }),
    }),
  },
  responses: {
    200: {
      description: 'Events, oldest first',
      content: {
        'application/json': {
          schema: z.object({
            object: z.literal('list'),
            has_more: z.boolean(),
            next: z.string().openapi({ description: 'To ask with for what comes later' }),
            data: z.array(toldEvent),
          }),
        },
      },
    },
    410: { description: 'What came after `after` is no longer kept' },
  },
})

/** For a host application that may have missed some: the same bodies under the same ids. */
export function getTold(deps: WebhookDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const { after, since, limit } = c.req.query()
    const { limit: most } = pageOf(limit === undefined ? {} : { limit }, { limit: LIMIT })
    const from = await startOf(after, since, deps.db)
    const { events, next, hasMore } = await page(from, most)
    return JSON.stringify({
      object: 'list',
      has_more: hasMore,
      next: webhookEventId(next ?? BEGINNING),
      data: events.map(({ id, body }) => ({ id, ...body })),
    })
  }

  async function page(from: WebhookPlace | null, most: number) {
    const events: WebhookEvent[] = []
    let next = from
    for (let read = 0; read < READS; read += 1) {
      const told = await readTold(deps.db, rowBefore(next), deps.wording)
      if (told.length === 0) return { events, next, hasMore: false }
      for (const { row, events: ofRow } of told) {
        for (const event of ofRow) {
          const place = webhookPlace(event.id)
          if (place === null || !isAfter(place, next)) continue
          if (events.length === most) return { events, next, hasMore: true }
          events.push(event)
          next = place
        }
        next = { feed: row.id, at: row.at, ...END_OF_ROW }
      }
    }
    return { events, next, hasMore: true }
  }
}

/** Before anything was ever told. */
const BEGINNING: WebhookPlace = { feed: 0, at: 0, ...END_OF_ROW }

/** A row that is not read to its end is read again. */
function rowBefore(place: WebhookPlace | null): number {
  if (place === null) return 0
  return place.key === END_OF_ROW.key ? place.feed : place.feed - 1
}

function isAfter(place: WebhookPlace, other: WebhookPlace | null): boolean {
  if (other === null || place.feed !== other.feed) return true
  return place.key === other.key ? place.part > other.part : place.key > other.key
}

/** Null: from the oldest that is kept. */
async function startOf(
  after: string | undefined,
  since: string | undefined,
  db: D1Database,
): Promise<WebhookPlace | null> {
  if (after !== undefined && after !== '') {
    const place = webhookPlace(after)
    if (place === null) throw invalidParameter('after', '`next` of a page, or the id of an event.')
    await mustBeKept(place, db)
    return place
  }
  if (since === undefined || since === '') return null
  const at = isoTime(since)
  if (at === null) throw invalidParameter('since', 'An ISO 8601 time.')
  const feed = await feedBefore(db, at)
  const row = await readFeedRow(db, feed)
  return { feed, at: row?.at ?? at, ...END_OF_ROW }
}

/** What came after it must all be there still; a database that was set back has another history. */
async function mustBeKept({ feed, at }: WebhookPlace, db: D1Database): Promise<void> {
  const [row, { oldest, newest }] = await Promise.all([readFeedRow(db, feed), feedEnds(db)])
  const isKept = row === null ? feed >= oldest - 1 && feed <= newest : row.at === at
  if (isKept) return
  throw new ApiError(
    410,
    'invalid_parameter',
    'What came after this event is no longer kept. Ask without `after` for the oldest that is.',
  )
}

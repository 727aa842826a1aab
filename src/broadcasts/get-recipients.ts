import { createRoute, z } from '@hono/zod-openapi'
import {
  clickedLinks,
  readLedger,
  RECIPIENT_TYPES,
  type RecipientType,
} from '../db/broadcasts/read-ledger.ts'
import { normalAddress } from '../domain/address.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { invalidParameter } from '../http/errors.ts'
import { pageOf } from '../http/page.ts'
import { idParam } from './broadcast-schema.ts'
import type { BroadcastDeps } from './deps.ts'
import { ledgerAnswer } from './ledger-answer.ts'
import { namedBroadcast } from './named-broadcast.ts'

const recipientsRoute = createRoute({
  method: 'get',
  path: '/broadcasts/{id}/recipients',
  summary: 'Recipients of whom something is true',
  request: {
    params: idParam,
    query: z.object({
      type: z.enum(RECIPIENT_TYPES).optional(),
      email: z.string().optional(),
      bounce_type: z.enum(['permanent', 'transient']).optional(),
      limit: z.string().optional(),
      after: z.string().optional(),
      before: z.string().optional(),
    }),
  },
  responses: { 200: { description: 'A page of recipients' } },
})

/** Without a type everybody, whatever became of them. */
export function getRecipients(deps: BroadcastDeps): Endpoint {
  return { route: recipientsRoute, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const { id } = await namedBroadcast(c, deps.db)
    const query = c.req.query()
    const { entries, hasMore } = await readLedger(deps.db, id, {
      ...pageOf(query),
      type: typeOf(query['type']),
      bounceType: bounceTypeOf(query['bounce_type']),
      address: addressOf(query['email']),
    })
    return JSON.stringify({
      object: 'list',
      has_more: hasMore,
      data: entries.map(ledgerAnswer),
    })
  }
}

function typeOf(given: string | undefined): RecipientType | null {
  if (given === undefined || given === '') return null
  const type = RECIPIENT_TYPES.find((known) => known === given)
  if (type !== undefined) return type
  throw invalidParameter('type', `One of ${RECIPIENT_TYPES.join(', ')}.`)
}

function bounceTypeOf(given: string | undefined): 'permanent' | 'transient' | null {
  if (given === undefined || given === '') return null
  const type = given.toLowerCase()
  if (type === 'permanent' || type === 'transient') return type
  throw invalidParameter('bounce_type', 'Either permanent or transient.')
}

/** A `+` that a client left as it is arrives as a space: no address holds one. */
function addressOf(given: string | undefined): string | null {
  if (given === undefined || given === '') return null
  const address = normalAddress(given.trim().replaceAll(' ', '+'))
  if (address === null) throw invalidParameter('email', 'An email address.')
  return address
}

const MOST_LINKS = 1000
const USUAL_LINKS = 100

const linksRoute = createRoute({
  method: 'get',
  path: '/broadcasts/{id}/clicked-links',
  summary: 'Which links were clicked, the most clicked first',
  request: { params: idParam, query: z.object({ limit: z.string().optional() }) },
  responses: { 200: { description: 'Links' } },
})

export function getClickedLinks(deps: BroadcastDeps): Endpoint {
  return { route: linksRoute, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const { id } = await namedBroadcast(c, deps.db)
    const { limit } = pageOf(c.req.query(), { limit: USUAL_LINKS, most: MOST_LINKS })
    const { links, hasMore } = await clickedLinks(deps.db, id, limit)
    return JSON.stringify({
      object: 'list',
      has_more: hasMore,
      data: links.map(({ link, clicks, recipients }) => ({
        link,
        clicks,
        unique_clicks: recipients,
      })),
    })
  }
}

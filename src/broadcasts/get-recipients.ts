import { createRoute, z } from '@hono/zod-openapi'
import { type Acted, actsOn } from '../db/broadcasts/clicks.ts'
import {
  BOUNCE_TYPES,
  type BounceType,
  type LedgerEntry,
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
import { answered } from '../http/answered.ts'
import { listOf, pageQuery } from '../http/list-schema.ts'
import { recipientEntry } from './answer-schema.ts'

const recipientsRoute = createRoute({
  method: 'get',
  path: '/broadcasts/{id}/recipients',
  summary: 'Recipients of whom something is true',
  request: {
    params: idParam,
    query: pageQuery.extend({
      type: z.enum(RECIPIENT_TYPES).optional(),
      email: z.string().optional(),
      bounce_type: z.enum(BOUNCE_TYPES).optional(),
    }),
  },
  responses: { 200: answered('A page of recipients', listOf(recipientEntry)) },
})

/** Without a type everybody, whatever became of them. */
export function getRecipients(deps: BroadcastDeps): Endpoint {
  return { route: recipientsRoute, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const { id } = await namedBroadcast(c, deps.db)
    const query = c.req.query()
    const type = typeOf(query['type'])
    const { entries, hasMore } = await readLedger(deps.db, id, {
      ...pageOf(query),
      type,
      bounceType: bounceTypeOf(query['bounce_type']),
      address: addressOf(query['email']),
    })
    const acts = await actsOf(type, entries)
    return JSON.stringify({
      object: 'list',
      has_more: hasMore,
      data: entries.map((entry) => ({
        ...ledgerAnswer(entry),
        contact_id: null,
        ...detailOf(type, entry, acts?.get(entry.id) ?? []),
      })),
    })
  }

  async function actsOf(
    type: RecipientType | null,
    entries: LedgerEntry[],
  ): Promise<Map<string, Acted[]> | null> {
    const acted = type === 'opened' ? 'open' : type === 'clicked' ? 'click' : null
    if (acted === null) return null
    return await actsOn(
      deps.db,
      entries.map(({ id }) => id),
      acted,
    )
  }
}

/** What the contract tells of this kind of recipient besides. */
function detailOf(type: RecipientType | null, entry: LedgerEntry, acts: Acted[]): object {
  const times = acts.map((act) => act.times)
  if (type === 'opened') {
    // SES's pixel and ours tell of the same open.
    return { count: Math.max(0, ...times) }
  }
  if (type === 'clicked') {
    return {
      count: times.reduce((sum, each) => sum + each, 0),
      clicked_links: acts.map((act) => ({ url: act.what ?? '', clicks: act.times })),
    }
  }
  if (type !== 'bounced') return {}
  return { bounce_type: entry.permanent_bounce_at === null ? 'transient' : 'permanent' }
}

function typeOf(given: string | undefined): RecipientType | null {
  if (given === undefined || given === '') return null
  const type = RECIPIENT_TYPES.find((known) => known === given)
  if (type !== undefined) return type
  throw invalidParameter('type', `One of ${RECIPIENT_TYPES.join(', ')}.`)
}

function bounceTypeOf(given: string | undefined): BounceType | null {
  if (given === undefined || given === '') return null
  const type = BOUNCE_TYPES.find((known) => known === given.toLowerCase())
  if (type !== undefined) return type
  throw invalidParameter('bounce_type', `One of ${BOUNCE_TYPES.join(', ')}.`)
}

/** A `+` that a client left as it is arrives as a space: no address holds one. */
function addressOf(given: string | undefined): string | null {
  if (given === undefined || given === '') return null
  const address = normalAddress(given.trim().replaceAll(' ', '+'))
  if (address === null) throw invalidParameter('email', 'An email address.')
  return address
}

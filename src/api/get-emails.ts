import { createRoute, z } from '@hono/zod-openapi'
import { listEmails, listEmailsTo, type Page } from '../db/read-emails.ts'
import { normalAddress } from '../domain/address.ts'
import { UUID } from '../domain/id.ts'
import type { ApiDeps } from './deps.ts'
import { listedAnswer } from './email-answer.ts'
import type { ApiContext, Endpoint } from './endpoint.ts'
import { invalidParameter } from './errors.ts'

const DEFAULT_LIMIT = 20
const MAX_LIMIT = 100

const route = createRoute({
  method: 'get',
  path: '/emails',
  summary: 'Emails, newest first; `to` finds those of a person',
  request: {
    query: z.object({
      limit: z.string().optional(),
      after: z.string().optional(),
      before: z.string().optional(),
      to: z.string().optional(),
    }),
  },
  responses: { 200: { description: 'A page of emails' } },
})

export function getEmails(deps: ApiDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const page = pageOf(c.req.query())
    const to = c.req.query('to')
    const { emails, hasMore } =
      to === undefined
        ? await listEmails(deps.db, page)
        : await listEmailsTo(deps.db, addressOf(to), page)
    return JSON.stringify({
      object: 'list',
      has_more: hasMore,
      data: emails.map((email) => listedAnswer(email, deps.settings.region)),
    })
  }
}

function pageOf(query: Record<string, string>): Page {
  const page = {
    limit: limitOf(query['limit']),
    after: idOf('after', query['after']),
    before: idOf('before', query['before']),
  }
  if (page.after !== null && page.before !== null) {
    throw invalidParameter('before', 'Give either `after` or `before`.')
  }
  return page
}

function limitOf(given: string | undefined): number {
  if (given === undefined || given === '') return DEFAULT_LIMIT
  const limit = /^\d{1,3}$/.test(given) ? Number(given) : 0
  if (limit >= 1 && limit <= MAX_LIMIT) return limit
  throw invalidParameter('limit', `A number from 1 to ${MAX_LIMIT}.`)
}

function idOf(parameter: string, given: string | undefined): string | null {
  if (given === undefined || given === '') return null
  const id = given.toLowerCase()
  if (UUID.test(id)) return id
  throw invalidParameter(parameter, 'The id of an email.')
}

/** A `+` that a client left as it is arrives as a space: no address holds one. */
function addressOf(given: string): string {
  const address = normalAddress(given.trim().replaceAll(' ', '+'))
  if (address === null) throw invalidParameter('to', 'An email address.')
  return address
}

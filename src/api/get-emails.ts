import { createRoute, z } from '@hono/zod-openapi'
import { listEmails, listEmailsTo } from '../db/read-emails.ts'
import { normalAddress } from '../domain/address.ts'
import type { ApiDeps } from './deps.ts'
import { listedAnswer } from './email-answer.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { invalidParameter } from '../http/errors.ts'
import { pageOf } from '../http/page.ts'
import { answered } from '../http/answered.ts'
import { listOf, pageQuery } from '../http/list-schema.ts'
import { listedEmail } from './answer-schema.ts'

const route = createRoute({
  method: 'get',
  path: '/emails',
  summary: 'Emails, newest first; `to` finds those of a person',
  request: {
    query: pageQuery.extend({ to: z.string().optional() }),
  },
  responses: { 200: answered('A page of emails', listOf(listedEmail)) },
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

/** A `+` that a client left as it is arrives as a space: no address holds one. */
function addressOf(given: string): string {
  const address = normalAddress(given.trim().replaceAll(' ', '+'))
  if (address === null) throw invalidParameter('to', 'An email address.')
  return address
}

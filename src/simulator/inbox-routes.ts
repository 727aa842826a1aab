import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import { arrivals, inboxEmail, type InboxParts } from './inbox.ts'
import { EMAIL_POLICY, emailPage, INBOX_STYLE, inboxPage, PAGE_POLICY } from './inbox-page.ts'

const DEFAULT_LIMIT = 100
const MAX_LIMIT = 5000

/** `?to=` one address, `?limit=` up to 5,000, newest first. */
export function inboxRoutes(parts: InboxParts): Hono<{ Bindings: HttpBindings }> {
  const { ledger } = parts
  const routes = new Hono<{ Bindings: HttpBindings }>()
  routes.get('/inbox.json', async (c) => {
    const limit = readLimit(c.req.query('limit'))
    if (limit === null)
      return c.json({ message: `limit must be a whole number from 1 to ${MAX_LIMIT}.` }, 400)
    const emails = []
    for (const record of arrivals(ledger, limit, c.req.query('to') ?? null))
      emails.push(await inboxEmail(record, parts))
    return c.json({ emails })
  })
  routes.get('/inbox.css', (c) => c.body(INBOX_STYLE, 200, { 'Content-Type': 'text/css' }))
  routes.get('/inbox', (c) => {
    const to = c.req.query('to') ?? ''
    const limit = readLimit(c.req.query('limit')) ?? DEFAULT_LIMIT
    const wanted = to.trim() === '' ? null : to.trim()
    c.header('Content-Security-Policy', PAGE_POLICY)
    return c.html(inboxPage(arrivals(ledger, limit, wanted), wanted))
  })
  routes.get('/inbox/:id', async (c) => {
    const record = ledger.accepted.get(c.req.param('id'))
    if (record === undefined) return c.notFound()
    c.header('Content-Security-Policy', PAGE_POLICY)
    return c.html(emailPage(await inboxEmail(record, parts)))
  })
  routes.get('/inbox/:id/html', async (c) => {
    const record = ledger.accepted.get(c.req.param('id'))
    if (record === undefined) return c.notFound()
    c.header('Content-Security-Policy', EMAIL_POLICY)
    return c.html((await inboxEmail(record, parts)).html ?? '')
  })
  return routes
}

function readLimit(given: string | undefined): number | null {
  if (given === undefined) return DEFAULT_LIMIT
  const limit = Number(given)
  return Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT ? limit : null
}

import { createRoute } from '@hono/zod-openapi'
import { readLedger } from '../db/broadcasts/read-ledger.ts'
import { csvLine } from '../domain/csv-cell.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { pageOf } from '../http/page.ts'
import { idParam } from './broadcast-schema.ts'
import type { BroadcastDeps } from './deps.ts'
import { ledgerAnswer } from './ledger-answer.ts'
import { namedBroadcast } from './named-broadcast.ts'
import { answered } from '../http/answered.ts'
import { listOf, pageQuery } from '../http/list-schema.ts'
import { ledgerEntry } from './answer-schema.ts'

const USUAL = 100
const MOST = 1000
/** Rows read at a time for a file: some 500 bytes each. */
const ROWS_A_READ = 5000

const pageRoute = createRoute({
  method: 'get',
  path: '/broadcasts/{id}/ledger',
  summary: 'Every recipient, and what became of the email',
  request: {
    params: idParam,
    query: pageQuery,
  },
  responses: { 200: answered('A page of the ledger', listOf(ledgerEntry)) },
})

export function getLedger(deps: BroadcastDeps): Endpoint {
  return { route: pageRoute, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const { id } = await namedBroadcast(c, deps.db)
    const page = pageOf(c.req.query(), { limit: USUAL, most: MOST })
    const { entries, hasMore } = await readLedger(deps.db, id, page)
    return JSON.stringify({
      object: 'list',
      has_more: hasMore,
      data: entries.map(ledgerAnswer),
    })
  }
}

const csvRoute = createRoute({
  method: 'get',
  path: '/broadcasts/{id}/ledger.csv',
  summary: 'The whole ledger as a file',
  request: { params: idParam },
  responses: {
    200: {
      description: 'CSV with a header row',
      content: { 'text/csv': { schema: { type: 'string' } } },
    },
  },
})

export function getLedgerCsv(deps: BroadcastDeps): Endpoint {
  return { route: csvRoute, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<Response> {
    const { id } = await namedBroadcast(c, deps.db)
    return new Response(ledgerCsv(deps.db, id), {
      headers: {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="ledger-${id}.csv"`,
      },
    })
  }
}

const HEADER: (keyof ReturnType<typeof ledgerAnswer>)[] = [
  'id',
  'email',
  'name',
  'state',
  'status',
  'reason',
  'attempts',
  'doubted',
  'message_id',
  'claimed_at',
  'sent_at',
  'delivered_at',
  'bounced_at',
  'transient_bounce_at',
  'complained_at',
  'opened_at',
  'clicked_at',
  'unsubscribed_at',
  'suppressed_at',
]

/** Read a page at a time, as fast as the caller takes it. */
function ledgerCsv(db: D1Database, id: string): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let after: string | null = null
  return new ReadableStream({
    start(controller) {
      controller.enqueue(encoder.encode(csvLine(HEADER)))
    },
    async pull(controller) {
      const page = { limit: ROWS_A_READ, after, before: null }
      // The status is long sent: whoever reads it sees the file break off.
      const { entries, hasMore } = await readLedger(db, id, page).catch((error: unknown) => {
        console.error('ledger broken off', { broadcastId: id, error: String(error) })
        throw error
      })
      const lines = entries.map((entry) => {
        const told = ledgerAnswer(entry)
        return csvLine(HEADER.map((column) => cell(told[column])))
      })
      if (lines.length > 0) controller.enqueue(encoder.encode(lines.join('')))
      after = entries.at(-1)?.id ?? null
      if (!hasMore) controller.close()
    },
  })
}

function cell(value: string | number | boolean | null | undefined): string | number | null {
  if (typeof value === 'boolean') return String(value)
  return value ?? null
}

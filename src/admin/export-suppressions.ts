import { createRoute } from '@hono/zod-openapi'
import { suppressionsAfter } from '../db/suppressions/read-suppressions.ts'
import { csvLine } from '../domain/csv-cell.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { iso, isoOrNull } from '../http/iso.ts'
import type { AdminDeps } from './deps.ts'

const ROWS_A_READ = 5000
const HEADER = ['email', 'origin', 'reason', 'source', 'created_at', 'id', 'source_id', 'until']

const route = createRoute({
  method: 'get',
  path: '/suppressions/export.csv',
  summary: 'All suppressions as a file, as an import takes them',
  responses: {
    200: {
      description: 'CSV with a header row',
      content: { 'text/csv': { schema: { type: 'string' } } },
    },
  },
})

export function exportSuppressions(deps: AdminDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(_c: ApiContext): Promise<Response> {
    return new Response(suppressionsCsv(deps.db, deps.now()), {
      headers: {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': 'attachment; filename="suppressions.csv"',
      },
    })
  }
}

/** Read a page at a time, as fast as the caller takes it. */
function suppressionsCsv(db: D1Database, now: number): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let after = ''
  return new ReadableStream({
    start(controller) {
      controller.enqueue(encoder.encode(csvLine(HEADER)))
    },
    async pull(controller) {
      // The status is long sent: whoever reads it sees the file break off.
      const rows = await suppressionsAfter(db, after, { now, limit: ROWS_A_READ }).catch(
        (error: unknown) => {
          console.error('suppressions broken off', { error: String(error) })
          throw error
        },
      )
      const lines = rows.map(
        ({ address, origin, reason, source, created_at, id, source_id, until }) =>
          csvLine([
            address,
            origin,
            reason,
            source,
            iso(created_at),
            id,
            source_id,
            isoOrNull(until),
          ]),
      )
      if (lines.length > 0) controller.enqueue(encoder.encode(lines.join('')))
      after = rows.at(-1)?.address ?? after
      if (rows.length < ROWS_A_READ) controller.close()
    },
  })
}

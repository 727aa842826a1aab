import { firstIdAt } from '../domain/id.ts'
import type { Counts } from '../domain/metrics.ts'
import { senderDomain } from './domains/tracking.ts'

/** Emails read with one query. */
const PAGE = 20_000
/** Queries in one batch. */
const AT_ONCE = 20
/** Of one request: each reads one row of `emails` and one of `contents`. */
const MAX_EMAILS = 2_000_000
const MAX_ROWS = 20_000

export interface MetricsQuery {
  /** Epoch milliseconds, `to` excluded: of when an email was accepted, of a broadcast when it was written. */
  spans: { start: number; from: number; to: number }[]
  by: { domain: boolean; email: boolean; broadcast: boolean }
  /** Null: whatever. */
  domains: string[] | null
  emailIds: string[] | null
  broadcastIds: string[] | null
}

export interface MetricsRow extends Counts {
  /** Of the span that it belongs to. */
  start: number
  domain: string | null
  email_id: string | null
  broadcast_id: string | null
}

const DOMAIN = senderDomain('c.sender')

const bounced = (type: string) => `EXISTS (SELECT 1 FROM events v WHERE v.email_id = e.id
  AND v.type = 'bounce' AND v.detail->>'bounceType' = '${type}')`

/** What is true of an email; events are only looked up, by their key, of those that bounced or were sent. */
const TRUE_OF = {
  sent: `(e.evidence_at IS NOT NULL OR e.state = 'sent')`,
  delivered: 'e.delivered_at IS NOT NULL',
  complained: 'e.complained_at IS NOT NULL',
  suppressed: `(e.suppressed_at IS NOT NULL OR e.state = 'suppressed')`,
  bounced: '(e.permanent_bounce_at IS NOT NULL OR e.transient_bounce_at IS NOT NULL)',
  bounced_permanent: 'e.permanent_bounce_at IS NOT NULL',
  bounced_transient: `(e.transient_bounce_at IS NOT NULL AND ${bounced('Transient')})`,
  bounced_undetermined: `(e.transient_bounce_at IS NOT NULL AND ${bounced('Undetermined')})`,
  opened: '(e.ses_open_at IS NOT NULL OR e.pixel_open_at IS NOT NULL)',
  clicked: 'e.first_click_at IS NOT NULL',
  unsubscribed: `(e.broadcast_id IS NOT NULL AND EXISTS (SELECT 1 FROM events v
    WHERE v.email_id = e.id AND v.key >= 'local:unsubscribe:' AND v.key < 'local:unsubscribe;'))`,
  delivery_delayed: 'e.delay_first_at IS NOT NULL',
  failed: `(e.rejected_at IS NOT NULL OR e.render_failed_at IS NOT NULL OR e.state = 'failed')`,
} satisfies Record<keyof Counts, string>

/** ?1 and ?2: a range of the primary key; no other index is used. */
function pageOf({ by, emailIds }: MetricsQuery): string {
  const named = emailIds === null ? '' : 'AND id IN (SELECT value FROM json_each(?4))'
  const counts = Object.entries(TRUE_OF).map(([name, test]) => `sum(${test}) AS ${name}`)
  return `SELECT ${by.domain ? DOMAIN : 'NULL'} AS domain, ${by.email ? 'e.id' : 'NULL'} AS email_id,
  ${by.broadcast ? 'e.broadcast_id' : 'NULL'} AS broadcast_id, ${counts.join(',\n  ')}
FROM (SELECT * FROM emails WHERE id >= ?1 AND id < ?2 ${named} ORDER BY id LIMIT ${PAGE}) e
LEFT JOIN contents c ON c.id = e.content_id
WHERE e.canary = 0
  AND (?3 IS NULL OR ${DOMAIN} IN (SELECT value FROM json_each(?3)))
  AND (?5 IS NULL OR e.broadcast_id IN (SELECT value FROM json_each(?5)))
GROUP BY 1, 2, 3`
}

const LAST = `SELECT id FROM emails WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT 1 OFFSET ${PAGE - 1}`

interface Range {
  start: number
  first: string
  end: string
}

/** Counted in pages of key ranges. Null: it is more than one request may count. */
export async function readMetrics(
  db: D1Database,
  query: MetricsQuery,
): Promise<MetricsRow[] | null> {
  const sql = pageOf(query)
  const lists = [query.domains, query.emailIds, query.broadcastIds].map(
    (list) => list && JSON.stringify(list),
  )
  const rows: MetricsRow[] = []
  let ranges: Range[] = query.spans.map(({ start, from, to }) => ({
    start,
    first: firstIdAt(from),
    end: firstIdAt(to),
  }))
  let read = 0
  while (ranges.length > 0) {
    const now = ranges.splice(0, AT_ONCE)
    const results = await db.batch<MetricsRow & { id: string }>(
      now.flatMap(({ first, end }) => [
        db.prepare(sql).bind(first, end, ...lists),
        db.prepare(LAST).bind(first, end),
      ]),
    )
    for (const [at, range] of now.entries()) {
      rows.push(...(results[2 * at]?.results ?? []).map((row) => ({ ...row, start: range.start })))
      const last = results[2 * at + 1]?.results[0]?.id
      if (last === undefined || query.emailIds !== null) continue
      read += PAGE
      ranges = [{ ...range, first: `${last}0` }, ...ranges]
    }
    if (read >= MAX_EMAILS || rows.length > MAX_ROWS) return null
  }
  return rows
}

const DOMAINS = `SELECT id, name FROM domains WHERE ?1 IS NULL OR id IN (SELECT value FROM json_each(?1))`
const BROADCASTS = `SELECT id, name FROM broadcasts WHERE id IN (SELECT value FROM json_each(?1))`

/** Id and name of domains; of all of them for null. */
export async function domainNames(
  db: D1Database,
  ids: string[] | null,
): Promise<{ id: string; name: string }[]> {
  const { results } = await db
    .prepare(DOMAINS)
    .bind(ids && JSON.stringify(ids))
    .all<{ id: string; name: string }>()
  return results
}

export async function broadcastNames(db: D1Database, ids: string[]): Promise<Map<string, string>> {
  const { results } = await db
    .prepare(BROADCASTS)
    .bind(JSON.stringify(ids))
    .all<{ id: string; name: string }>()
  return new Map(results.map(({ id, name }) => [id, name]))
}

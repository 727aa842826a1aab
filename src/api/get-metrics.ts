import { createRoute, z } from '@hono/zod-openapi'
import { broadcastNames, domainNames, type MetricsRow, readMetrics } from '../db/read-metrics.ts'
import { added, type Counts, METRICS, type Metric, metric, NO_COUNTS } from '../domain/metrics.ts'
import { GRANULARITIES } from '../domain/period.ts'
import { answered, timeField } from '../http/answered.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { invalidParameter } from '../http/errors.ts'
import { iso } from '../http/iso.ts'
import type { ApiDeps } from './deps.ts'
import { metricsAsked } from './metrics-query.ts'

const list = z.string().optional()
const totals = z.partialRecord(z.enum(METRICS), z.number())

const route = createRoute({
  method: 'get',
  path: '/emails/metrics',
  summary:
    'How many emails were sent, delivered, opened and so on, by period, domain, email or broadcast',
  request: {
    query: z.object({
      start_date: z.string().optional().openapi({ description: 'Six days before `end_date`' }),
      end_date: z.string().optional().openapi({ description: 'Now' }),
      timezone: z.string().optional().openapi({ description: 'Of periods and dates; UTC' }),
      granularity: z.enum(GRANULARITIES).optional().openapi({ description: 'daily' }),
      metrics: list.openapi({ description: 'Names with commas between them; all of them' }),
      dimensions: list.openapi({ description: 'Some of period, domain, email, broadcast' }),
      domain_id: list,
      email_id: list,
      broadcast_id: list,
    }),
  },
  responses: {
    200: answered(
      '`data` only with dimensions',
      z.object({
        object: z.literal('metrics'),
        start_date: timeField,
        end_date: timeField,
        metrics: z.array(z.enum(METRICS)),
        dimensions: z.array(z.enum(['period', 'domain', 'email', 'broadcast'])),
        granularity: z.enum(GRANULARITIES),
        totals,
        data: z.array(z.looseObject({})).optional(),
      }),
    ),
  },
})

export function getMetrics(deps: ApiDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const asked = metricsAsked(c.req.query(), deps.now())
    const { dimensions, metrics, domainIds } = asked
    const by = {
      domain: dimensions.includes('domain'),
      email: dimensions.includes('email'),
      broadcast: dimensions.includes('broadcast'),
    }
    const domains = by.domain || domainIds !== null ? await domainNames(deps.db, domainIds) : []
    const rows = await readMetrics(deps.db, {
      ...asked,
      by,
      domains: domainIds && domains.map(({ name }) => name),
    })
    if (rows === null) {
      throw invalidParameter('start_date', 'There are too many emails in this range for one call.')
    }
    const groups = grouped(rows)
    const whole = groups.reduce((sum, group) => added(sum, group.counts), NO_COUNTS)
    return JSON.stringify({
      object: 'metrics',
      start_date: iso(asked.from),
      end_date: iso(asked.to),
      metrics,
      dimensions,
      granularity: asked.granularity,
      totals: values(metrics, whole),
      ...(dimensions.length > 0 && { data: await told(groups, domains) }),
    })

    async function told(found: Group[], known: { id: string; name: string }[]) {
      const ids = new Map(known.map(({ id, name }) => [name, id]))
      const names = await namesOf(found)
      // What belongs to no broadcast is in the totals alone.
      const shown = found.filter(({ row }) => !by.broadcast || row.broadcast_id !== null)
      return shown.map(({ row, counts }) => ({
        ...(dimensions.includes('period') && { period: iso(row.start) }),
        ...(by.domain && {
          ...(ids.has(row.domain ?? '') && { domain_id: ids.get(row.domain ?? '') }),
          domain_name: row.domain ?? '',
        }),
        ...(by.email && { email_id: row.email_id }),
        ...(by.broadcast && {
          broadcast_id: row.broadcast_id,
          broadcast_name: names.get(row.broadcast_id ?? '') ?? '',
        }),
        ...values(metrics, counts),
      }))
    }

    async function namesOf(found: Group[]): Promise<Map<string, string>> {
      const ids = new Set(found.flatMap(({ row }) => row.broadcast_id ?? []))
      return ids.size === 0 ? new Map() : await broadcastNames(deps.db, [...ids])
    }
  }
}

interface Group {
  row: MetricsRow
  counts: Counts
}

/** The pages of a group as one. */
function grouped(rows: MetricsRow[]): Group[] {
  const groups = new Map<string, Group>()
  for (const row of rows) {
    const key = [row.start, row.domain, row.email_id, row.broadcast_id].join('|')
    const before = groups.get(key)
    groups.set(key, { row, counts: before === undefined ? row : added(before.counts, row) })
  }
  return [...groups.values()].toSorted((a, b) => a.row.start - b.row.start)
}

function values(metrics: Metric[], counts: Counts): Partial<Record<Metric, number>> {
  return Object.fromEntries(metrics.map((name) => [name, metric(name, counts)]))
}

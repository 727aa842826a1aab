import { broadcastKeys } from '../../domain/broadcast-email-id.ts'

const LINKS = `SELECT v.detail->>'link' AS url, count(*) AS clicks, count(DISTINCT v.email_id) AS recipients
FROM events v WHERE v.email_id BETWEEN ?2 AND ?3 AND v.type = 'click'
  AND EXISTS (SELECT 1 FROM emails e WHERE e.id = v.email_id AND e.broadcast_id = ?1)
GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?4 OFFSET ?5`

export interface ClickedLink {
  url: string | null
  clicks: number
  /** Who clicked it at least once. */
  recipients: number
}

/** The most clicked first, after the first `skip` of them. */
export async function clickedLinks(
  db: D1Database,
  id: string,
  { limit, skip }: { limit: number; skip: number },
): Promise<{ links: ClickedLink[]; hasMore: boolean }> {
  const { first, last } = broadcastKeys(id)
  const { results } = await db
    .prepare(LINKS)
    .bind(id, first, last, limit + 1, skip)
    .all<ClickedLink>()
  return { links: results.slice(0, limit), hasMore: results.length > limit }
}

const OF_EMAILS = `SELECT v.email_id, iif(?2 = 'click', v.detail->>'link', v.detail->>'source') AS what,
  count(*) AS times
FROM events v WHERE v.email_id IN (SELECT value FROM json_each(?1)) AND v.type = ?2
GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2`

export interface Acted {
  email_id: string
  /** Which link was clicked, or who told of the open. */
  what: string | null
  times: number
}

/** How often these emails were opened, by source, or clicked, by link. */
export async function actsOn(
  db: D1Database,
  ids: string[],
  type: 'open' | 'click',
): Promise<Map<string, Acted[]>> {
  const { results } = await db.prepare(OF_EMAILS).bind(JSON.stringify(ids), type).all<Acted>()
  return Map.groupBy(results, ({ email_id }) => email_id)
}

import { holds, type Origin, SUPPRESSION_COLUMNS, type Suppression } from './suppression.ts'

const NAMED = `SELECT ${SUPPRESSION_COLUMNS} FROM suppressions s
WHERE (s.address = ?1 OR s.id = ?1) AND ${holds('?2')}`

/** By id or by address in normal form; null: mail to it goes. */
export async function readSuppression(
  db: D1Database,
  idOrAddress: string,
  now: number,
): Promise<Suppression | null> {
  return await db.prepare(NAMED).bind(idOrAddress, now).first<Suppression>()
}

interface Page {
  limit: number
  after: string | null
  before: string | null
}

const ORIGINS: readonly Origin[] = ['bounce', 'complaint', 'manual']

/** Of each origin as many as one page may need, by the index on (origin, created_at). */
function pageOf(origins: readonly Origin[], { before }: Page): string {
  const [than, order] = before === null ? ['<', 'DESC'] : ['>', 'ASC']
  const parts = origins.map(
    (origin) => `SELECT * FROM (SELECT ${SUPPRESSION_COLUMNS} FROM suppressions s
WHERE s.origin = '${origin}' AND (?1 IS NULL OR (s.created_at, s.address) ${than} (?1, ?2))
  AND ${holds('?3')} ORDER BY s.created_at ${order}, s.address ${order} LIMIT ?4)`,
  )
  return `${parts.join('\nUNION ALL ')}\nORDER BY created_at ${order}, address ${order} LIMIT ?4`
}

/** Newest first. Null: there is no entry that `after` or `before` names. */
export async function listSuppressions(
  db: D1Database,
  page: Page,
  { origin, now }: { origin: Origin | null; now: number },
): Promise<{ suppressions: Suppression[]; hasMore: boolean } | null> {
  const cursor = page.after ?? page.before
  const from =
    cursor === null
      ? null
      : await db
          .prepare('SELECT created_at, address FROM suppressions WHERE id = ?1')
          .bind(cursor)
          .first<{ created_at: number; address: string }>()
  if (cursor !== null && from === null) return null
  const { results } = await db
    .prepare(pageOf(origin === null ? ORIGINS : [origin], page))
    .bind(from?.created_at ?? null, from?.address ?? null, now, page.limit + 1)
    .all<Suppression>()
  const found = results.slice(0, page.limit)
  return {
    suppressions: page.before === null ? found : found.toReversed(),
    hasMore: results.length > page.limit,
  }
}

const IN_ORDER = `SELECT ${SUPPRESSION_COLUMNS} FROM suppressions s
WHERE s.address > ?1 AND ${holds('?2')} ORDER BY s.address LIMIT ?3`

/** All of them in the order of their addresses, a part at a time: those after an address. */
export async function suppressionsAfter(
  db: D1Database,
  address: string,
  { now, limit }: { now: number; limit: number },
): Promise<Suppression[]> {
  const { results } = await db.prepare(IN_ORDER).bind(address, now, limit).all<Suppression>()
  return results
}

import { and, asc, desc, eq, getTableColumns, gt, lt } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { broadcasts } from './schema.ts'

export type BroadcastRow = typeof broadcasts.$inferSelect
/** All but its bodies. */
export type ListedBroadcast = Omit<BroadcastRow, 'html' | 'text'>

export async function readBroadcast(db: D1Database, id: string): Promise<BroadcastRow | null> {
  const [row] = await drizzle(db).select().from(broadcasts).where(eq(broadcasts.id, id))
  return row ?? null
}

const { html: _html, text: _text, ...listed } = getTableColumns(broadcasts)

/** Newest first; reads one row more to know whether there are more. */
export async function listBroadcasts(
  db: D1Database,
  page: { limit: number; after: string | null; before: string | null },
): Promise<{ broadcasts: ListedBroadcast[]; hasMore: boolean }> {
  const beyond =
    page.after !== null
      ? lt(broadcasts.id, page.after)
      : page.before !== null
        ? gt(broadcasts.id, page.before)
        : undefined
  const rows = await drizzle(db)
    .select(listed)
    .from(broadcasts)
    .where(and(beyond))
    .orderBy(page.before === null ? desc(broadcasts.id) : asc(broadcasts.id))
    .limit(page.limit + 1)
  const found = rows.slice(0, page.limit)
  return {
    broadcasts: page.before === null ? found : found.toReversed(),
    hasMore: rows.length > page.limit,
  }
}

import type { WebhookRow } from './webhook.ts'

const ONE = `SELECT * FROM webhooks WHERE id = ?1`

export async function readWebhook(db: D1Database, id: string): Promise<WebhookRow | null> {
  return await db.prepare(ONE).bind(id).first<WebhookRow>()
}

interface Page {
  limit: number
  after: string | null
  before: string | null
}

const NEWEST = `SELECT * FROM webhooks WHERE ?1 IS NULL OR id < ?1 ORDER BY id DESC LIMIT ?2`
const NEWER = `SELECT * FROM webhooks WHERE id > ?1 ORDER BY id LIMIT ?2`

/** Newest first; reads one row more to know whether there are more. */
export async function listWebhooks(
  db: D1Database,
  { limit, after, before }: Page,
): Promise<{ webhooks: WebhookRow[]; hasMore: boolean }> {
  const { results } = await db
    .prepare(before === null ? NEWEST : NEWER)
    .bind(before ?? after, limit + 1)
    .all<WebhookRow>()
  const found = results.slice(0, limit)
  return {
    webhooks: before === null ? found : found.toReversed(),
    hasMore: results.length > limit,
  }
}

import { env } from 'cloudflare:workers'

/** Sets columns of an email, to put it where a story begins. */
export async function put(id: unknown, columns: Record<string, unknown>): Promise<void> {
  const names = Object.keys(columns)
  const sets = names.map((name, index) => `${name} = ?${index + 2}`).join(', ')
  await env.DB.prepare(`UPDATE emails SET ${sets} WHERE id = ?1`)
    .bind(id, ...Object.values(columns))
    .run()
}

export interface EventSeen {
  key: string
  type: string
  detail: string
}

export async function eventsOf(id: unknown): Promise<EventSeen[]> {
  const { results } = await env.DB.prepare(
    'SELECT key, type, detail FROM events WHERE email_id = ?1 ORDER BY key',
  )
    .bind(id)
    .all<EventSeen>()
  return results
}

/** How often an event of this email stands in the order of arrival. */
export async function feedEntriesOf(id: unknown): Promise<number> {
  const found = await env.DB.prepare(
    `SELECT count(*) AS n FROM feed, json_each(feed.keys) k WHERE k.value->>0 = ?1`,
  )
    .bind(id)
    .first<{ n: number }>()
  return found?.n ?? 0
}

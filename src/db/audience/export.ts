import type { EmailsOf } from './emails-of.ts'

export interface ExportedEmail {
  id: string
  broadcast_id: string | null
  subject: string | null
  name: string | null
  variables: string | null
  status: string
  reason: string | null
  message_id: string | null
  sent_at: number | null
  delivered_at: number | null
  bounced_at: number | null
  complained_at: number | null
  opened_at: number | null
  clicked_at: number | null
  /** JSON: `[{type, at, detail}]`. */
  events: string
}

const EMAILS = `SELECT e.id, e.broadcast_id, coalesce(c.subject, b.subject) AS subject,
  coalesce(r.name, e.name) AS name, e.variables, e.status, coalesce(r.left_out, e.reason) AS reason,
  e.ses_message_id AS message_id, e.accepted_at AS sent_at,
  coalesce(r.delivered_at, e.delivered_at) AS delivered_at,
  coalesce(r.permanent_bounce_at, e.permanent_bounce_at) AS bounced_at,
  coalesce(r.complained_at, e.complained_at) AS complained_at,
  coalesce(e.ses_open_at, e.pixel_open_at) AS opened_at, e.first_click_at AS clicked_at,
  (SELECT json_group_array(json_object('type', v.type, 'at', v.at, 'detail', json(v.detail)))
    FROM events v WHERE v.email_id = e.id AND (r.address IS NULL OR v.recipient = ?2)) AS events
FROM json_each(?1) i CROSS JOIN emails e ON e.id = i.value
  LEFT JOIN contents c ON c.id = e.content_id
  LEFT JOIN broadcasts b ON b.id = e.broadcast_id
  LEFT JOIN recipients r ON r.email_id = e.id AND r.address = ?2
ORDER BY e.id DESC`

/** So many emails a query: events are of any number. */
const PAGE = 500

/** What is kept of every email to an address, newest first within each page. */
export async function exportEmails(
  db: D1Database,
  address: string,
  { alone, shared }: EmailsOf,
): Promise<ExportedEmail[]> {
  const ids = [...alone, ...shared].toSorted().toReversed()
  const found: ExportedEmail[] = []
  for (let at = 0; at < ids.length; at += PAGE) {
    const page = JSON.stringify(ids.slice(at, at + PAGE))
    const { results } = await db.prepare(EMAILS).bind(page, address).all<ExportedEmail>()
    found.push(...results)
  }
  return found
}

export interface KnownOfAddress {
  left: { topic_id: string; source_id: string | null; created_at: number }[]
  joined: { topic_id: string; created_at: number }[]
  suppression: { origin: string; reason: string | null; created_at: number } | null
}

/** What stands under the address itself. */
export async function knownOf(db: D1Database, address: string): Promise<KnownOfAddress> {
  const left = db.prepare(
    'SELECT topic_id, source_id, created_at FROM unsubscribes WHERE address = ?1 ORDER BY topic_id',
  )
  const joined = db.prepare(
    'SELECT topic_id, created_at FROM topic_subscriptions WHERE address = ?1 ORDER BY topic_id',
  )
  const suppression = db.prepare(
    'SELECT origin, reason, created_at FROM suppressions WHERE address = ?1',
  )
  return {
    left: (await left.bind(address).all<KnownOfAddress['left'][number]>()).results,
    joined: (await joined.bind(address).all<KnownOfAddress['joined'][number]>()).results,
    suppression: await suppression
      .bind(address)
      .first<NonNullable<KnownOfAddress['suppression']>>(),
  }
}

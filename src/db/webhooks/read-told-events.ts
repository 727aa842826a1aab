import { type FeedRow, toldKey } from '../../domain/webhook-body.ts'
import type { ToldEvent } from '../../domain/told-event.ts'

interface Row extends Omit<ToldEvent, 'first' | 'tags' | 'headers' | 'recipients'> {
  first: 0 | 1
  tags: string
  headers: string
  recipients: string
}

/** Of several attempts each has its Send event, and somebody may have settled the email as sent: the first to be recorded says it. */
const IS_FIRST = `NOT EXISTS (SELECT 1 FROM events o WHERE o.email_id = v.email_id AND o.type IN ('send', 'sent')
  AND v.type IN ('send', 'sent') AND (o.recorded_at, o.key) < (v.recorded_at, v.key))`

const RECIPIENTS = `CASE WHEN e.address IS NOT NULL
  THEN json_array(json_object('address', e.address, 'position', 0, 'kind', 'to', 'left_out', NULL))
  ELSE (SELECT json_group_array(json_object('address', address, 'position', position, 'kind', kind, 'left_out', left_out))
    FROM (SELECT * FROM recipients r WHERE r.email_id = e.id ORDER BY position)) END`

const TOLD = `SELECT v.email_id, v.key, v.type, v.at, v.recipient, v.detail, ${IS_FIRST} AS first,
  (SELECT s.origin FROM suppressions s WHERE s.address = coalesce(v.recipient, e.address)) AS origin,
  coalesce(c.sender, b.sender, '') AS sender, coalesce(c.subject, b.subject, '') AS subject,
  e.broadcast_id, c.template_id, e.ses_message_id, coalesce(c.tags, b.tags, '[]') AS tags,
  coalesce(c.headers, '[]') AS headers, ${RECIPIENTS} AS recipients
FROM json_each(?1) k
CROSS JOIN events v ON v.email_id = k.value->>0 AND v.key = k.value->>1
CROSS JOIN emails e ON e.id = v.email_id AND e.canary = 0
LEFT JOIN contents c ON c.id = e.content_id
LEFT JOIN broadcasts b ON b.id = e.broadcast_id`

/**
 * The events of rows of the order of arrival, by `toldKey`, in one statement. What retention or an
 * erasure took is missing, and so is what happened to our own canaries.
 */
export async function readToldEvents(
  db: D1Database,
  rows: Pick<FeedRow, 'keys'>[],
): Promise<Map<string, ToldEvent>> {
  const keys = rows.flatMap((row) => row.keys)
  if (keys.length === 0) return new Map()
  const { results } = await db.prepare(TOLD).bind(JSON.stringify(keys)).all<Row>()
  return new Map(results.map((row) => [toldKey([row.email_id, row.key]), toldEvent(row)]))
}

/** Lists were written by us as JSON of these very shapes. */
function toldEvent(row: Row): ToldEvent {
  const tags: ToldEvent['tags'] = JSON.parse(row.tags)
  const headers: ToldEvent['headers'] = JSON.parse(row.headers)
  const recipients: ToldEvent['recipients'] = JSON.parse(row.recipients)
  return { ...row, first: row.first === 1, tags, headers, recipients }
}

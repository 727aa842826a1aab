import { doesNotWant } from '../consent-sql.ts'
import { holds } from '../suppressions/suppression.ts'
import { ERASED_ADDRESS } from '../../domain/erased-address.ts'
import { broadcastKeys } from '../../domain/broadcast-email-id.ts'
import type { StoredRecipient } from './read-recipient.ts'

const PAGE = 4000
/** Together they become one JSON parameter, below D1's 2 MB. */
const PAGE_BYTES = 900_000

const SIZE = `length(CAST(coalesce(e.variables, '') || coalesce(e.name, '') AS BLOB)) + 100`

/** Who got it and did not open it, and may still be written to. A click is an open, too. */
const UNOPENED = `SELECT id, address, name, variables FROM (
  SELECT e.id, e.address, e.name, e.variables,
    sum(${SIZE}) OVER (ORDER BY e.id) AS together
  FROM emails e JOIN broadcasts b ON b.id = e.broadcast_id
  WHERE e.id > ?2 AND e.id <= ?3 AND e.broadcast_id = ?1
    AND (e.evidence_at IS NOT NULL OR e.state = 'sent')
    AND e.ses_open_at IS NULL AND e.pixel_open_at IS NULL AND e.first_click_at IS NULL
    AND e.permanent_bounce_at IS NULL AND e.complained_at IS NULL AND e.suppressed_at IS NULL
    AND e.rejected_at IS NULL AND e.render_failed_at IS NULL
    AND e.address <> '${ERASED_ADDRESS}'
    AND NOT EXISTS (SELECT 1 FROM suppressions s WHERE s.address = e.address AND ${holds('?4')})
    AND NOT ${doesNotWant('e.address', 'b.topic_id')}
  ORDER BY e.id LIMIT ${PAGE})
WHERE together <= ${PAGE_BYTES} ORDER BY id`

/** The next ones after an id; empty when there are none. */
export async function unopenedRecipients(
  db: D1Database,
  broadcastId: string,
  after: string | null,
  now: number,
): Promise<StoredRecipient[]> {
  const { first, last } = broadcastKeys(broadcastId)
  const { results } = await db
    .prepare(UNOPENED)
    .bind(broadcastId, after ?? first.slice(0, -1), last, now)
    .all<StoredRecipient>()
  return results
}

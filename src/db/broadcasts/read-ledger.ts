import { broadcastKeys } from '../../domain/broadcast-email-id.ts'
import type { LedgerState } from '../../domain/ledger.ts'
import { LEDGER_REASON, LEDGER_STATE, OF_BROADCAST } from './ledger-sql.ts'
import { emailIdOf } from './upload-recipients.ts'

/** One recipient of a broadcast. Times are epoch milliseconds. */
export interface LedgerEntry {
  id: string
  address: string
  name: string | null
  state: LedgerState
  /** Of the email, with what the world told. */
  status: string
  reason: string | null
  attempts: number
  doubted: 0 | 1
  ses_message_id: string | null
  claimed_at: number | null
  sent_at: number | null
  delivered_at: number | null
  permanent_bounce_at: number | null
  transient_bounce_at: number | null
  complained_at: number | null
  opened_at: number | null
  clicked_at: number | null
  unsubscribed_at: number | null
  suppressed_at: number | null
}

const LEFT_BY_IT = `(SELECT min(u.created_at) FROM unsubscribes u
  WHERE u.address = e.address AND u.source_id = e.id)`

const OPENED = `coalesce(min(e.ses_open_at, e.pixel_open_at), e.ses_open_at, e.pixel_open_at)`

const ENTRY = `SELECT e.id, e.address, e.name, ${LEDGER_STATE} AS state, e.status, ${LEDGER_REASON} AS reason,
  e.attempt_number AS attempts, e.doubted, e.ses_message_id, e.claimed_at,
  coalesce(e.send_event_at, e.accepted_at, e.evidence_at) AS sent_at,
  e.delivered_at, e.permanent_bounce_at, e.transient_bounce_at, e.complained_at,
  ${OPENED} AS opened_at, e.first_click_at AS clicked_at, ${LEFT_BY_IT} AS unsubscribed_at,
  e.suppressed_at
FROM emails e JOIN broadcasts b ON b.id = e.broadcast_id`

/** The kinds of recipients that Resend's contract asks for. */
export const RECIPIENT_TYPES = [
  'sent',
  'delivered',
  'opened',
  'clicked',
  'bounced',
  'complained',
  'unsubscribed',
  'suppressed',
] as const
export type RecipientType = (typeof RECIPIENT_TYPES)[number]

const OF_TYPE: Record<RecipientType, string> = {
  sent: `(e.evidence_at IS NOT NULL OR e.state = 'sent')`,
  delivered: 'e.delivered_at IS NOT NULL',
  opened: '(e.ses_open_at IS NOT NULL OR e.pixel_open_at IS NOT NULL)',
  clicked: 'e.first_click_at IS NOT NULL',
  bounced: '(e.permanent_bounce_at IS NOT NULL OR e.transient_bounce_at IS NOT NULL)',
  complained: 'e.complained_at IS NOT NULL',
  unsubscribed: `${LEFT_BY_IT} IS NOT NULL`,
  suppressed: `(e.suppressed_at IS NOT NULL OR e.state = 'suppressed')`,
}

export const BOUNCE_TYPES = ['permanent', 'transient', 'undetermined'] as const
export type BounceType = (typeof BOUNCE_TYPES)[number]

/** The facts keep what is not permanent together; its events tell it apart. */
const IS_UNDETERMINED = `EXISTS (SELECT 1 FROM events v WHERE v.email_id = e.id
  AND v.type = 'bounce' AND v.detail->>'bounceType' = 'Undetermined')`

const OF_BOUNCE: Record<BounceType, string> = {
  permanent: 'e.permanent_bounce_at IS NOT NULL',
  transient: `e.transient_bounce_at IS NOT NULL AND NOT ${IS_UNDETERMINED}`,
  undetermined: `e.transient_bounce_at IS NOT NULL AND ${IS_UNDETERMINED}`,
}

export interface LedgerPage {
  limit: number
  after: string | null
  before: string | null
  /** Null: everybody. */
  type?: RecipientType | null
  bounceType?: BounceType | null
  /** In normal form: at most this one. */
  address?: string | null
}

/** A person's email is found by its computed id. */
function keysOf(id: string, address: string | null): { first: string; last: string } {
  if (address === null) return broadcastKeys(id)
  const emailId = emailIdOf(id, address)
  return { first: emailId, last: emailId }
}

/** In the order of their ids, the last one first; reads one more to know whether there are more. */
export async function readLedger(
  db: D1Database,
  id: string,
  page: LedgerPage,
): Promise<{ entries: LedgerEntry[]; hasMore: boolean }> {
  const { first, last } = keysOf(id, page.address ?? null)
  const conditions = [
    OF_BROADCAST,
    page.before === null ? `e.id < coalesce(?4, 'g')` : 'e.id > ?4',
    `(?6 IS NULL OR e.address = ?6)`,
    ...(page.type ? [OF_TYPE[page.type]] : []),
    ...(page.bounceType ? [OF_BOUNCE[page.bounceType]] : []),
  ]
  const order = page.before === null ? 'DESC' : 'ASC'
  const { results } = await db
    .prepare(`${ENTRY} WHERE ${conditions.join(' AND ')} ORDER BY e.id ${order} LIMIT ?5`)
    .bind(id, first, last, page.after ?? page.before, page.limit + 1, page.address ?? null)
    .all<LedgerEntry>()
  const found = results.slice(0, page.limit)
  return {
    entries: page.before === null ? found : found.toReversed(),
    hasMore: results.length > page.limit,
  }
}

import { ERASED_ADDRESS } from '../domain/erased-address.ts'
import type { Priority } from '../domain/priority.ts'
import { CHOSEN, CLAIMED, type Chosen, type EmailRange } from './chosen.ts'
import { doesNotWant, hasNotJoined } from './consent-sql.ts'
import { localEvents, localFeed } from './local-events.ts'
import { holds } from './suppressions/suppression.ts'

export interface ClaimedEmail {
  id: string
  attempt: string
  attempt_number: number
  state: 'sending' | 'suppressed' | 'failed' | 'unknown'
  content_id: string
  broadcast_id: string | null
  priority: Priority
  address: string | null
  name: string | null
  recipient_count: number
  refusals: number
  canary: 0 | 1
  alone: 0 | 1
  reason: string | null
  claimed_at: number
  /** Of a broadcast's recipient, a JSON object. */
  variables: string | null
}

export interface ClaimedRecipient {
  email_id: string
  address: string
  name: string | null
  kind: 'to' | 'cc' | 'bcc'
}

export interface Claimed {
  emails: ClaimedEmail[]
  /** Of emails to several: those not left out, in the caller's order. */
  recipients: ClaimedRecipient[]
}

/** `limit`: at most so many emails of the ranges. */
export type ClaimRequest = ({ ids: string[] } | { ranges: EmailRange[]; limit: number }) & {
  now: number
  /** Eight characters, fresh for every claim: rows of a claim that threw are found again by it. */
  token: string
  leaseMs: number
}

/** Operators' stop: read in the statement that takes the row, so it works at once. */
const NOT_PAUSED = `NOT EXISTS (SELECT 1 FROM settings WHERE name = 'sending' AND value = 'paused')`

/** Pause, brake and cancel of a broadcast work at once in the same way. */
const BROADCAST_SENDS = `(broadcast_id IS NULL OR EXISTS (SELECT 1 FROM broadcasts b
  WHERE b.id = emails.broadcast_id AND b.state IN ('sending', 'sent')))`

const CLAIMABLE = `state IN ('queued', 'scheduled') AND evidence_at IS NULL
  AND (due_at IS NULL OR due_at <= ?2) AND ${NOT_PAUSED} AND ${BROADCAST_SENDS}`

const IS_OVER = `expires_at IS NOT NULL AND expires_at <= ?2`

const IS_SUPPRESSED = `canary = 0 AND CASE WHEN recipient_count = 1
  THEN emails.address = '${ERASED_ADDRESS}'
    OR EXISTS (SELECT 1 FROM suppressions s WHERE s.address = emails.address AND ${holds('?2')})
  ELSE NOT EXISTS (SELECT 1 FROM recipients r
    WHERE r.email_id = emails.id AND r.kind = 'to' AND r.left_out IS NULL) END`

/**
 * Consent is read as late as suppression: who leaves in the middle of a broadcast does not get it. Of
 * other emails only those that name a topic ask for it.
 */
const HAS_LEFT = `(broadcast_id IS NOT NULL AND EXISTS (SELECT 1 FROM unsubscribes u
  JOIN broadcasts b ON b.id = emails.broadcast_id
  WHERE u.address = emails.address AND u.topic_id IN ('', coalesce(b.topic_id, '')))
  OR broadcast_id IS NOT NULL AND EXISTS (SELECT 1 FROM broadcasts b
    WHERE b.id = emails.broadcast_id AND ${hasNotJoined('emails.address', 'b.topic_id')})
  OR topic_id IS NOT NULL AND recipient_count = 1
    AND ${doesNotWant('emails.address', 'emails.topic_id')})`

/** The same of one of several. */
const RECIPIENT_HAS_LEFT = `EXISTS (SELECT 1 FROM emails e WHERE e.id = recipients.email_id
  AND e.topic_id IS NOT NULL AND ${doesNotWant('recipients.address', 'e.topic_id')})`

const RECIPIENT_IS_SUPPRESSED = `EXISTS (SELECT 1 FROM suppressions s
  WHERE s.address = recipients.address AND ${holds('?2')})`

/** Suppressed recipients of emails to several are left out in the batch that claims them, and who has left. */
const leaveOut = (
  chosen: Chosen,
) => `UPDATE recipients SET left_out = iif(${RECIPIENT_IS_SUPPRESSED},
  'the address is suppressed', 'the recipient has unsubscribed')
WHERE left_out IS NULL
  AND email_id IN (SELECT id FROM emails WHERE id IN (${CHOSEN[chosen]}) AND ${CLAIMABLE})
  AND (${RECIPIENT_IS_SUPPRESSED} OR ${RECIPIENT_HAS_LEFT})`

const RETURNED = `id, attempt, attempt_number, state, content_id, priority, address, name,
  recipient_count, refusals, canary, alone, reason, claimed_at, broadcast_id, variables`

const MAY_NOT = `(${IS_OVER} OR ${IS_SUPPRESSED} OR ${HAS_LEFT})`

const claim = (chosen: Chosen) => `UPDATE emails SET
  attempt_number = attempt_number + 1,
  attempt = id || '_' || (attempt_number + 1) || '_' || ?3,
  claimed_at = ?2,
  state = CASE WHEN ${IS_OVER} THEN iif(doubted, 'unknown', 'failed')
    WHEN ${MAY_NOT} THEN iif(doubted, 'unknown', 'suppressed') ELSE 'sending' END,
  lease_until = CASE WHEN ${MAY_NOT} THEN NULL ELSE ?2 + ?4 END,
  reason = CASE WHEN ${IS_OVER} THEN 'expired before it could be sent'
    WHEN ${IS_SUPPRESSED} THEN 'the address is suppressed'
    WHEN ${HAS_LEFT} THEN 'the recipient has unsubscribed' ELSE NULL END
WHERE id IN (${CLAIMED[chosen]}) AND ${CLAIMABLE}
RETURNING ${RETURNED}`

const ofThisClaim = (chosen: Chosen) => `id IN (${CHOSEN[chosen]})
  AND attempt = id || '_' || attempt_number || '_' || ?2`

/** Only of those that ended here: setting it in the claim would rewrite its index for all. */
const clearDue = (chosen: Chosen) => `UPDATE emails SET due_at = NULL
WHERE ${ofThisClaim(chosen)} AND claimed_at = ?3 AND state IN ('suppressed', 'failed', 'unknown')`

const recipients = (chosen: Chosen) => `SELECT email_id, address, name, kind FROM recipients
WHERE left_out IS NULL AND email_id IN (SELECT id FROM emails
  WHERE ${ofThisClaim(chosen)} AND state = 'sending' AND recipient_count > 1)
ORDER BY email_id, position`

const readBack = (chosen: Chosen) => `SELECT ${RETURNED} FROM emails WHERE ${ofThisClaim(chosen)}`

/**
 * Takes what is due of the chosen for one attempt each; who is suppressed, has left or is too late
 * ends here, in the statement that would have taken the row. A claim that throws may have committed
 * and is read back by its token. Throws when that fails too or finds nothing: the job must come
 * again, and leases that it could not see run out without a call.
 */
export async function claimEmails(db: D1Database, request: ClaimRequest): Promise<Claimed> {
  const { now, token, leaseMs } = request
  const chosen: Chosen = 'ids' in request ? 'ids' : 'ranges'
  const ids = JSON.stringify('ids' in request ? request.ids : request.ranges)
  const limit = 'ids' in request ? [] : [request.limit]
  const change = { ids, chosen, now, recording: `claim:${token}` }
  try {
    const results = await db.batch<ClaimedEmail | ClaimedRecipient>([
      // An email of a range has one recipient.
      ...(chosen === 'ids' ? [db.prepare(leaveOut(chosen)).bind(ids, now)] : []),
      db.prepare(claim(chosen)).bind(ids, now, token, leaseMs, ...limit),
      db.prepare(clearDue(chosen)).bind(ids, token, now),
      localEvents(db, { ...change, states: ['suppressed', 'failed', 'unknown'], token }),
      localFeed(db, change),
      ...(chosen === 'ids' ? [db.prepare(recipients(chosen)).bind(ids, token)] : []),
    ])
    return sorted(results)
  } catch (error) {
    console.warn('claim unclear, reading it back', { token, error: String(error) })
    const claimed = sorted(
      await db.batch<ClaimedEmail | ClaimedRecipient>([
        db.prepare(readBack(chosen)).bind(ids, token),
        db.prepare(recipients(chosen)).bind(ids, token),
      ]),
    )
    if (claimed.emails.length === 0) throw error
    return claimed
  }
}

function sorted(results: D1Result<ClaimedEmail | ClaimedRecipient>[]): Claimed {
  const rows = results.flatMap((result) => result.results)
  return {
    emails: rows.filter((row) => 'content_id' in row),
    recipients: rows.filter((row) => 'kind' in row),
  }
}

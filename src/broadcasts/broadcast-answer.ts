import type { BroadcastRow, ListedBroadcast } from '../db/broadcasts/read-broadcasts.ts'
import type { Progress } from '../db/broadcasts/count-progress.ts'
import { canaryEndsAt } from '../domain/canary.ts'
import { broadcastCost } from '../domain/broadcast-cost.ts'
import { secondsToSend } from '../domain/broadcast-estimate.ts'
import { contractStatus } from '../domain/broadcast-state.ts'
import { iso, isoOrNull } from '../http/iso.ts'
import { displayedHeader } from '../http/mailbox.ts'
import type { Allowed } from './deps.ts'
import { attachmentsOf, draftOf } from './draft-of.ts'

/** How long the answers of SES are looked back at for the rate, milliseconds. */
export const RATE_SPAN = 10_000

/** A broadcast within a list: without bodies. */
export function listedAnswer(row: ListedBroadcast): object {
  const replyTo: string[] = JSON.parse(row.reply_to)
  return {
    id: row.id,
    name: row.name,
    audience_id: row.segment_id,
    segment_id: row.segment_id,
    from: displayedHeader(row.sender),
    subject: row.subject,
    reply_to: replyTo.length === 0 ? null : replyTo.map(displayedHeader),
    preview_text: row.preview_text,
    status: contractStatus(row.state),
    created_at: iso(row.created_at),
    scheduled_at: isoOrNull(row.scheduled_at),
    sent_at: isoOrNull(row.started_at),
    topic_id: row.topic_id,
    parent_id: row.parent_id,
  }
}

/** `GET /broadcasts/:id`; `allowed` is null while the Governor cannot be asked. */
export function broadcastAnswer(
  row: BroadcastRow,
  progress: Progress,
  allowed: Allowed | null,
  now: number,
): object {
  const draft = draftOf(row)
  const { audience, counts } = progress
  return {
    object: 'broadcast',
    ...listedAnswer(row),
    html: row.html,
    text: row.text,
    tags: draft.tags,
    attachments: draft.attachments.map(({ filename, content_type, content_id, size }) => ({
      filename,
      content_type,
      content_id,
      size,
    })),
    tracking: { pixel: draft.pixel, ses: draft.ses_tracking, clicks: draft.click_tracking },
    canary: draft.canary,
    brake: draft.brake,
    doubt_policy: draft.doubt_policy,
    progress: progressAnswer(row, progress, allowed, now),
    counts: {
      delivered: row.delivered,
      bounced: row.bounced,
      complained: row.complained,
      opened: row.opened,
      clicked: row.clicked,
      unsubscribed: row.unsubscribed,
    },
    cost: {
      so_far: costOf(row, counts.sent),
      estimated: costOf(row, audience - counts.skipped),
    },
  }
}

function costOf(row: BroadcastRow, recipients: number): object {
  const bytes = attachmentsOf(row).reduce((sum, { size }) => sum + size, 0)
  return broadcastCost(recipients, bytes)
}

function progressAnswer(
  row: BroadcastRow,
  { audience, counts, skipped, recent }: Progress,
  allowed: Allowed | null,
  now: number,
): object {
  const rateNow = recent / (RATE_SPAN / 1000)
  const seconds = row.state === 'sending' ? secondsLeft(counts.waiting, allowed) : null
  return {
    state: row.state,
    reason: row.reason,
    audience,
    sent: counts.sent,
    in_doubt: counts.in_doubt,
    unknown: counts.unknown,
    failed: counts.failed,
    skipped: { total: counts.skipped, ...skipped },
    waiting: counts.waiting,
    rate_now: rateNow,
    estimated_end: seconds === null ? null : iso(now + seconds * 1000),
    waiting_for: row.state === 'sending' ? waitingFor(row, allowed, now) : null,
    started_at: isoOrNull(row.started_at),
    ended_at: isoOrNull(row.ended_at),
  }
}

function secondsLeft(waiting: number, allowed: Allowed | null): number | null {
  if (allowed === null) return null
  const { rate, quota, resumesInMs } = allowed
  const seconds = secondsToSend(waiting, { rate, room: quota.room, limit: quota.limit })
  return seconds === null ? null : seconds + (resumesInMs ?? 0) / 1000
}

/** Why nothing leaves although it is sending, and until when, as far as that is known. */
function waitingFor(row: BroadcastRow, allowed: Allowed | null, now: number): object | null {
  const { canary } = draftOf(row)
  const canaryEnds = canary === null ? null : canaryEndsAt(canary, row.canary_sent_at)
  if (canaryEnds !== null && canaryEnds > now) return { reason: 'canary', until: iso(canaryEnds) }
  if (allowed === null || allowed.stopped === null) return null
  const until = allowed.resumesInMs === null ? null : iso(now + allowed.resumesInMs)
  return { reason: allowed.stopped, until }
}

import type { AttemptRow, EventRow, Timeline } from '../db/read-timeline.ts'
import { madeAt } from '../domain/id.ts'
import { iso, isoOrNull } from '../http/iso.ts'

export interface TimelineEntry {
  /** Who says so: we took it in, we tried, we decided, or the world told us. */
  kind: 'request' | 'attempt' | 'local' | 'event'
  type: string
  /** ISO 8601. */
  at: string
  reason: string | null
  /** What this kind tells besides. */
  [more: string]: unknown
}

/** By time; what happened at one moment in the order in which one leads to the other. */
export function timelineEntries({ email, attempts, events }: Timeline): TimelineEntry[] {
  const accepted: TimelineEntry = {
    kind: 'request',
    type: email.scheduled_at === null ? 'queued' : 'scheduled',
    at: iso(madeAt(email.id)),
    reason: null,
  }
  return [
    accepted,
    ...attempts.map(attemptEntry),
    ...currentAttempt(email, attempts),
    // The request says it already.
    ...events.filter(({ type }) => type !== 'scheduled').map(eventEntry),
  ].toSorted((a, b) => (a.at === b.at ? 0 : a.at < b.at ? -1 : 1))
}

function attemptEntry(attempt: AttemptRow): TimelineEntry {
  return {
    kind: 'attempt',
    type: 'attempt',
    at: iso(attempt.claimed_at),
    reason: attempt.reason,
    number: attempt.number,
    attempt: attempt.attempt,
    outcome: attempt.outcome,
    ended_at: iso(attempt.ended_at),
  }
}

/** The row holds the newest attempt; it stands in the list of ended ones only if it ended badly. */
function currentAttempt(email: Timeline['email'], ended: AttemptRow[]): TimelineEntry[] {
  const { attempt, attempt_number, claimed_at, accepted_at, evidence_at } = email
  if (attempt === null || claimed_at === null) return []
  if (ended.some(({ number }) => number === attempt_number)) return []
  const outcome = evidence_at !== null ? 'accepted' : email.state
  return [
    {
      kind: 'attempt',
      type: 'attempt',
      at: iso(claimed_at),
      reason: email.reason,
      number: attempt_number,
      attempt,
      outcome,
      ended_at: isoOrNull(accepted_at ?? evidence_at),
      ses_message_id: email.ses_message_id,
    },
  ]
}

function eventEntry(event: EventRow): TimelineEntry {
  const detail: Record<string, unknown> = JSON.parse(event.detail)
  const { reason, ...told } = detail
  return {
    ...told,
    kind: event.key.startsWith('local:') ? 'local' : 'event',
    type: event.type,
    at: iso(event.at),
    reason: typeof reason === 'string' ? reason : null,
    recorded_at: iso(event.recorded_at),
    recipient: event.recipient,
  }
}

import { attemptId } from '../../src/domain/attempt.ts'
import type { MailEvent } from '../../src/domain/event.ts'
import { NO_FACTS } from '../../src/domain/facts.ts'
import type { Lifecycle } from '../../src/domain/transition.ts'

export const NOW = Date.UTC(2026, 10, 24, 10, 0, 0)
export const ID = '019ab2c3-d4e5-7f60-8a1b-2c3d4e5f6071'
export const TOKEN = 'Ab3dEf9h'
export const OTHER_TOKEN = 'Zz9zZz9z'

export function attemptOf(number: number, token: string, id = ID): string {
  return attemptId(id, number, token)
}

/** An email waiting to be claimed; with a `state` past the claim, as its first attempt leaves it. */
export function aLifecycle(fields: Partial<Lifecycle> = {}): Lifecycle {
  const id = fields.id ?? ID
  const state = fields.state ?? 'queued'
  const claimed = state !== 'queued' && state !== 'scheduled'
  return {
    id,
    state,
    due_at: state === 'in_doubt' ? NOW - 1 : NOW - 30_000,
    expires_at: null,
    attempt: claimed ? attemptOf(1, TOKEN, id) : null,
    attempt_number: claimed ? 1 : 0,
    refusals: 0,
    claimed_at: claimed ? NOW - 20_000 : null,
    lease_until: state === 'sending' ? NOW + 40_000 : null,
    doubted: false,
    doubt_policy: 'resend',
    reason: null,
    accepted_at: null,
    evidence_at: null,
    facts: NO_FACTS,
    ...fields,
  }
}

/** What SES tells of the first attempt of an email to one recipient. */
export function aMailEvent(fields: Partial<MailEvent> = {}): MailEvent {
  return {
    type: 'send',
    attempt: attemptOf(1, TOKEN),
    at: NOW,
    recipient: null,
    messageId: '0102019ab2c3-000000',
    source: 'ses',
    ...fields,
  }
}

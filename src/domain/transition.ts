import { attemptId } from './attempt.ts'
import type { MailEvent } from './event.ts'
import { type Facts, mergeFacts } from './facts.ts'
import type { State } from './state.ts'

export type DoubtPolicy = 'resend' | 'hold'

/** The columns of an email that decide what may happen next. Times are epoch milliseconds. */
export interface Lifecycle {
  id: string
  state: State
  due_at: number | null
  expires_at: number | null
  attempt: string | null
  attempt_number: number
  /** Definite refusals so far; throttling and quota never count. */
  refusals: number
  claimed_at: number | null
  lease_until: number | null
  doubted: boolean
  doubt_policy: DoubtPolicy
  reason: string | null
  accepted_at: number | null
  evidence_at: number | null
  facts: Facts
}

/** Null: the guard did not hold, nothing changed. Each function is one conditional statement in db/. */
type Next = Lifecycle | null

export interface Claim {
  now: number
  token: string
  leaseMs: number
  suppressed: boolean
  paused: boolean
}

/** Takes a due email for one attempt, or ends it when it may no longer be sent. */
export function claim(email: Lifecycle, by: Claim): Next {
  if (email.state !== 'queued' && email.state !== 'scheduled') return null
  if (email.evidence_at !== null || by.paused) return null
  if (email.due_at !== null && email.due_at > by.now) return null
  const number = email.attempt_number + 1
  const taken = {
    ...email,
    attempt_number: number,
    attempt: attemptId(email.id, number, by.token),
    claimed_at: by.now,
  }
  if (email.expires_at !== null && email.expires_at <= by.now) {
    return end(taken, 'failed', 'expired before it could be sent')
  }
  if (by.suppressed) return end(taken, 'suppressed', 'the address is suppressed')
  return { ...taken, state: 'sending', lease_until: by.now + by.leaseMs, reason: null }
}

/** Whether the one call of an attempt may be made: asked in the statement that marks the call. */
export function holds(email: Lifecycle, attempt: string): boolean {
  return email.state === 'sending' && email.attempt === attempt && email.evidence_at === null
}

/** SES answered 200 with a MessageId for this attempt. */
export function accept(email: Lifecycle, attempt: string, now: number): Next {
  if (email.attempt !== attempt) return null
  return settled({
    ...email,
    accepted_at: email.accepted_at ?? now,
    evidence_at: min(email.evidence_at, now),
  })
}

export interface Refusal {
  now: number
  retryAt: number
  /** False for throttling, quota and a paused account: they cost no try. */
  counts: boolean
  /** No later try can succeed. */
  final: boolean
  maxRefusals: number
  reason: string
}

/** SES (or we, before any byte left) definitely did not take this attempt. */
export function refuse(email: Lifecycle, attempt: string, why: Refusal): Next {
  if (!isOpenAttempt(email, attempt)) return null
  const refusals = email.refusals + (why.counts ? 1 : 0)
  const refused = { ...email, refusals, lease_until: null }
  if (why.final || refusals >= why.maxRefusals) return end(refused, 'failed', why.reason)
  return { ...refused, state: 'queued', due_at: why.retryAt, reason: why.reason }
}

/** It may not go to anyone of its recipients, found after the claim and before any call. */
export function suppress(email: Lifecycle, attempt: string, reason: string): Next {
  return isOpenAttempt(email, attempt) ? end(email, 'suppressed', reason) : null
}

/** The call may or may not have been accepted: only evidence or the doubt window settles it. */
export function doubt(email: Lifecycle, attempt: string, windowMs: number, reason: string): Next {
  if (!holds(email, attempt)) return null
  return {
    ...email,
    state: 'in_doubt',
    lease_until: null,
    due_at: (email.claimed_at ?? 0) + windowMs,
    reason,
  }
}

/** A lease that ran out before the call was marked was never called; after the mark nobody knows. */
export function expireLease(
  email: Lifecycle,
  now: number,
  callMarked: boolean,
  windowMs: number,
): Next {
  if (email.state !== 'sending' || email.attempt === null || email.evidence_at !== null) return null
  if (email.lease_until === null || email.lease_until > now) return null
  if (callMarked)
    return doubt(email, email.attempt, windowMs, 'the lease ran out after the call was marked')
  return {
    ...email,
    state: 'queued',
    lease_until: null,
    due_at: now,
    reason: 'the lease ran out before any call',
  }
}

/** After the doubt window, and only while the event channel is proven alive, the policy decides. */
export function settleDoubt(email: Lifecycle, now: number, channelProven: boolean): Next {
  if (email.state !== 'in_doubt' || email.evidence_at !== null) return null
  if (email.due_at === null || email.due_at > now || !channelProven) return null
  if (email.doubt_policy === 'resend' && !email.doubted) {
    return {
      ...email,
      state: 'queued',
      doubted: true,
      due_at: now,
      reason: 'no evidence of acceptance',
    }
  }
  return {
    ...email,
    state: 'unknown',
    doubted: true,
    due_at: null,
    reason: 'no evidence of acceptance',
  }
}

/** An event that carries one of our attempt ids: this email was accepted, whatever we believed. */
export function witness(email: Lifecycle, event: MailEvent): Lifecycle {
  return settled({
    ...email,
    evidence_at: min(email.evidence_at, event.at),
    facts: mergeFacts(email.facts, event),
  })
}

export function cancel(email: Lifecycle): Next {
  if (!isWaiting(email)) return null
  return end(email, 'canceled', 'canceled')
}

/** A new time for an email that is still scheduled, before its end. */
export function reschedule(email: Lifecycle, dueAt: number): Next {
  if (email.state !== 'scheduled' || email.evidence_at !== null) return null
  if (email.expires_at !== null && email.expires_at <= dueAt) return null
  return { ...email, due_at: dueAt }
}

/** Closes a waiting email whose time is over. */
export function expire(email: Lifecycle, now: number): Next {
  if (!isWaiting(email) || email.expires_at === null || email.expires_at > now) return null
  return end(email, 'failed', 'expired before it could be sent')
}

/** A person's word on what nobody else can know. */
export function settleByHand(email: Lifecycle, as: 'sent' | 'resend', now: number): Next {
  if (email.state !== 'in_doubt' && email.state !== 'unknown') return null
  if (email.evidence_at !== null) return null
  if (as === 'sent')
    return { ...email, state: 'sent', due_at: null, reason: 'settled by hand as sent' }
  return { ...email, state: 'queued', doubted: true, due_at: now, reason: 'resent by hand' }
}

function isWaiting(email: Lifecycle): boolean {
  return (email.state === 'queued' || email.state === 'scheduled') && email.evidence_at === null
}

/** A definite answer counts even when the lease has put the attempt in doubt meanwhile. */
function isOpenAttempt(email: Lifecycle, attempt: string): boolean {
  if (email.attempt !== attempt || email.evidence_at !== null) return false
  return email.state === 'sending' || email.state === 'in_doubt'
}

/** Once in doubt, no local end may claim that nothing was sent. */
function end(
  email: Lifecycle,
  as: 'failed' | 'suppressed' | 'canceled',
  reason: string,
): Lifecycle {
  return {
    ...email,
    state: email.doubted ? 'unknown' : as,
    lease_until: null,
    due_at: null,
    reason,
  }
}

function settled(email: Lifecycle): Lifecycle {
  return { ...email, state: 'sent', lease_until: null, due_at: null, reason: null }
}

function min(a: number | null, b: number): number {
  return a === null ? b : Math.min(a, b)
}

import { attemptId } from '../../src/domain/attempt.ts'
import { NO_FACTS } from '../../src/domain/facts.ts'
import type { DoubtPolicy, Lifecycle } from '../../src/domain/transition.ts'
import type { Heard } from './answers.ts'

// Times are abstract ticks and the present is always 0: passing time moves everything into the
// past. A lease lasts one tick, AWS takes a signature up to age 1, the doubt window is over at 3.
export const LEASE = 1
export const SIGNATURE = 2
export const WINDOW = 3
/** So long SNS waits between two tries. */
export const SNS_PAUSE = 1
export const MAX_REFUSALS = 2

/** A worker that has taken the email; one that has nothing in hand is not listed. */
export interface Worker {
  number: number
  at: 'claimed' | 'marked' | 'called'
  heard: Heard | null
  /** Time may pass while it does nothing. */
  stalled: boolean
}

/** What became of an attempt outside of the database. */
export interface Attempt {
  claimedAt: number
  /** Its row in `calls`. */
  marked: boolean
  called: boolean
  /** Copies that SES took. */
  accepted: number
  /** The request is still on its way though its worker has given up waiting. */
  underway: boolean
  /** SES's event about it. `late`: it comes after the doubt window, or never. */
  event: 'none' | 'flying' | 'late'
}

export interface World {
  email: Lifecycle
  workers: Worker[]
  /** By number, from 1. */
  attempts: Attempt[]
  /** Age of the latest attempt, 0 to the window, when events stopped to come through; null: they do. */
  downSince: number | null
  /** Up again in this very tick: from this age on events came only now, and SNS may still wait to try others. */
  backSince: number | null
  calledTwice: boolean
}

const EMAIL_ID = '019ab000-0000-7000-8000-000000000000'
export const TOKEN = 'tokentok'

export function idOf(number: number): string {
  return attemptId(EMAIL_ID, number, TOKEN)
}

/** An email accepted by the API for the next tick. */
export function firstWorld(policy: DoubtPolicy): World {
  return {
    email: {
      id: EMAIL_ID,
      state: 'scheduled',
      due_at: 1,
      expires_at: null,
      attempt: null,
      attempt_number: 0,
      refusals: 0,
      claimed_at: null,
      lease_until: null,
      doubted: false,
      doubt_policy: policy,
      reason: null,
      accepted_at: null,
      evidence_at: null,
      facts: NO_FACTS,
    },
    workers: [],
    attempts: [],
    downSince: null,
    backSince: null,
    calledTwice: false,
  }
}

/** How many copies SES took. */
export function copies({ attempts }: World): number {
  return attempts.reduce((sum, { accepted }) => sum + accepted, 0)
}

/** One tick later. */
export function later(world: World): World {
  const { email, attempts } = world
  return {
    ...world,
    backSince: null,
    email: {
      ...email,
      due_at: before(email.due_at),
      claimed_at: before(email.claimed_at),
      lease_until: before(email.lease_until),
      accepted_at: before(email.accepted_at),
      evidence_at: before(email.evidence_at),
    },
    attempts: attempts.map((attempt) => ({
      ...attempt,
      claimedAt: Math.max(attempt.claimedAt - 1, -WINDOW),
    })),
  }
}

function before(time: number | null): number | null {
  return time === null ? null : Math.max(time - 1, -WINDOW)
}

/** Equal for worlds that behave alike: workers are interchangeable, a known acceptance makes events idle. */
export function keyOf({
  email,
  workers,
  attempts,
  downSince,
  backSince,
  calledTwice,
}: World): string {
  const { state, due_at, lease_until, evidence_at } = email
  const known = evidence_at !== null
  const row = `${state}${Math.max(due_at ?? 9, 0)}${Math.max(lease_until ?? 9, 0)}${email.refusals}`
  const flags = `${email.doubted ? 'd' : ''}${email.reason === null ? '' : 'r'}${known ? 'e' : ''}${calledTwice ? '2' : ''}`
  const hands = workers.map(
    ({ number, at, heard, stalled }) => `${number}${at}${heard ?? ''}${stalled ? '~' : ''}`,
  )
  const outside = attempts.map((each, index) => {
    const number = index + 1
    const told = `${each.accepted}${known ? '' : each.event[0]}`
    const matters =
      number === email.attempt_number ||
      each.underway ||
      workers.some((worker) => worker.number === number)
    if (!matters) return told
    const marks = `${each.marked ? 'm' : ''}${each.called ? 'c' : ''}${each.underway ? 'u' : ''}`
    return `${-each.claimedAt}${marks}${told}`
  })
  const channel = known ? '' : `${downSince ?? 'up'}${backSince ?? ''}`
  return `${row}${flags}|${hands.toSorted().join()}|${outside.join()}|${channel}`
}

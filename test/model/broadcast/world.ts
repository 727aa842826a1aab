import type { DoubtPolicy, Lifecycle } from '../../../src/domain/transition.ts'
import { attemptId } from '../../../src/domain/attempt.ts'
import { firstWorld, LEASE, TOKEN, WINDOW } from '../world.ts'

// A broadcast of one range with two emails, which go by one bulk call. Ticks are those of the model of
// one email; what that one shows (stalls, outages, signatures) is not shown again.

/** One attempt of one email, outside of the database. */
export interface Attempt {
  claimedAt: number
  marked: boolean
  called: boolean
  accepted: number
  event: 'none' | 'flying' | 'late'
}

export interface Recipient {
  email: Lifecycle
  attempts: Attempt[]
}

/** What a call came to for one of its entries. */
export type Entry = 'accepted' | 'throttled' | 'refused' | 'unclear'

export interface Worker {
  /** Attempt numbers by recipient, null: not in this call. */
  numbers: (number | null)[]
  at: 'claimed' | 'marked' | 'called'
  /** `lost`: no answer; `spoilt`: refused as a whole for one entry; `short`: an entry is missing in it. */
  heard: Entry[] | 'lost' | 'short' | 'spoilt'
}

export interface BroadcastWorld {
  recipients: Recipient[]
  range: 'waiting' | 'released' | 'finished'
  broadcast: 'sending' | 'paused' | 'canceled' | 'sent'
  /** Of the range, on its queue. */
  job: boolean
  workers: Worker[]
  calledTwice: boolean
}

/** Of a broadcast that has just started: queued, and in nobody's list of what is due. */
export function firstBroadcast(policy: DoubtPolicy): BroadcastWorld {
  const { email } = firstWorld(policy)
  const recipients = ['0', '1'].map((n) => ({
    email: { ...email, id: email.id.slice(0, -1) + n, state: 'queued' as const, due_at: null },
    attempts: [],
  }))
  return {
    recipients,
    range: 'waiting',
    broadcast: 'sending',
    job: false,
    workers: [],
    calledTwice: false,
  }
}

export function attemptOf({ email }: Recipient, number: number): string {
  return attemptId(email.id, number, TOKEN)
}

export function copiesOf({ attempts }: Recipient): number {
  return attempts.reduce((sum, { accepted }) => sum + accepted, 0)
}

/** The most copies that anybody got. */
export function mostCopies({ recipients }: BroadcastWorld): number {
  return Math.max(...recipients.map(copiesOf))
}

function before(time: number | null): number | null {
  return time === null ? null : Math.max(time - 1, -WINDOW)
}

export function later(world: BroadcastWorld): BroadcastWorld {
  return {
    ...world,
    recipients: world.recipients.map(({ email, attempts }) => ({
      email: {
        ...email,
        due_at: before(email.due_at),
        claimed_at: before(email.claimed_at),
        lease_until: before(email.lease_until),
      },
      attempts: attempts.map((each) => ({
        ...each,
        claimedAt: Math.max(each.claimedAt - 1, -WINDOW),
      })),
    })),
  }
}

export const TIMES = { leaseMs: LEASE, windowMs: WINDOW }

/** Equal for worlds that behave alike: the two recipients are interchangeable but for whom a call holds. */
export function keyOf(world: BroadcastWorld): string {
  const rows = world.recipients.map(({ email, attempts }, index) => {
    const { state, due_at, lease_until, refusals, doubted, evidence_at, attempt_number } = email
    const known = evidence_at !== null
    const due = due_at === null ? '-' : Math.max(due_at, 0)
    const lease = lease_until === null ? '-' : Math.max(lease_until, 0)
    const told = attempts.map((each, at) => {
      const open = at + 1 === attempt_number && !known
      const marks = open ? `${-each.claimedAt}${each.marked ? 'm' : ''}` : ''
      return `${marks}${each.called ? 'c' : ''}${each.accepted}${known ? '' : each.event[0]}`
    })
    const hands = world.workers
      .map(({ numbers, at, heard }) =>
        numbers[index] === null
          ? ''
          : `${numbers[index]}${at}${typeof heard === 'string' ? heard : heard[index]}`,
      )
      .join('+')
    return `${state}${due}${lease}${refusals}${doubted ? 'd' : ''}${known ? 'e' : ''}${told.join()}<${hands}>`
  })
  const own = `${world.range}${world.broadcast}${world.job ? 'j' : ''}${world.calledTwice ? '2' : ''}`
  return `${own}|${world.workers.length > 1 ? rows.join('|') : rows.toSorted().join('|')}`
}

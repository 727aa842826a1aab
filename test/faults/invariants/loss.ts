import type { Evidence } from '../evidence.ts'
import { emailOf, type Finding, type Invariant } from './finding.ts'

const OPEN = new Set(['scheduled', 'queued', 'sending', 'in_doubt'])
const FINAL = new Set(['sent', 'failed', 'unknown', 'suppressed', 'canceled'])

export const noLoss: Invariant = {
  name: 'I1',
  says: 'every email that was answered 200 has one row, in one final state, and none failed that SES took',
  find(evidence): Finding {
    const { emails, asked, askedBroadcasts, ledger } = evidence
    const rows = new Map(emails.map((row) => [row.id, row]))
    const taken = new Set(ledger.accepted.map(({ attemptId }) => emailOf(attemptId)))
    const broken: string[] = []
    for (const { id } of asked) if (!rows.has(id)) broken.push(`${id} has no row`)
    const askedIds = new Set(asked.map(({ id }) => id))
    for (const row of emails) {
      if (row.canary === 1) continue
      if (row.broadcast_id === null && !askedIds.has(row.id)) {
        broken.push(`${row.id} has a row that nobody was told of`)
      }
      if (OPEN.has(row.state)) broken.push(`${row.id} is still ${row.state}: ${row.reason ?? ''}`)
      else if (!FINAL.has(row.state)) broken.push(`${row.id} is in no known state: ${row.state}`)
      if (['failed', 'canceled', 'suppressed'].includes(row.state) && taken.has(row.id)) {
        broken.push(`${row.id} is ${row.state}, and SES took it`)
      }
    }
    broken.push(...missingOfBroadcasts(askedBroadcasts, evidence))
    return { looked: emails.length, broken }
  },
}

function missingOfBroadcasts(asked: Evidence['askedBroadcasts'], { emails }: Evidence): string[] {
  const has = new Set(emails.map(({ broadcast_id, address }) => `${broadcast_id} ${address}`))
  return asked.flatMap(({ id, to }) =>
    to
      .filter((address) => !has.has(`${id} ${address}`))
      .map((address) => `${address} of ${id} has no row`),
  )
}

export const noPhantom: Invariant = {
  name: 'I4',
  says: 'every attempt that SES accepted is known',
  find({ ledger, emails, attempts }): Finding {
    const known = new Set([
      ...emails.map(({ attempt }) => attempt),
      ...attempts.map(({ attempt }) => attempt),
    ])
    const broken = ledger.accepted
      .map(({ attemptId }) => attemptId ?? 'no attempt')
      .filter((attempt) => !known.has(attempt))
    return { looked: ledger.accepted.length, broken }
  },
}

export const noFalseSent: Invariant = {
  name: 'I5',
  says: 'what is said to be sent, SES took; what is unknown, no event had told of',
  find({ ledger, emails }): Finding {
    const taken = new Set(ledger.accepted.map(({ attemptId }) => emailOf(attemptId)))
    const heardOf = new Set(
      ledger.events
        .filter(({ deliveries }) => deliveries.some(({ status }) => status === 200))
        .map(({ attemptId }) => emailOf(attemptId)),
    )
    const broken = emails.flatMap(({ id, state, evidence_at }) => {
      if ((state === 'sent' || evidence_at !== null) && !taken.has(id)) {
        return [`${id} is ${state}, and SES never took it`]
      }
      return state === 'unknown' && heardOf.has(id)
        ? [`${id} is unknown, and events told of it`]
        : []
    })
    return { looked: emails.length, broken }
  },
}

import type { Accepted, Evidence, Told } from '../evidence.ts'
import { emailOf, type Finding, groupBy, type Invariant } from './finding.ts'

export const noCopies: Invariant = {
  name: 'I2',
  says: 'nobody gets it twice; under resend once more at most, and only after every event of the first was lost',
  find(evidence): Finding {
    const { ledger } = evidence
    const policies = new Map(evidence.emails.map(({ id, doubt_policy }) => [id, doubt_policy]))
    const broadcasts = new Map(evidence.emails.map(({ id, broadcast_id }) => [id, broadcast_id]))
    const canaries = new Set(evidence.emails.filter((row) => row.canary === 1).map(({ id }) => id))
    const events = groupBy(ledger.events, ({ attemptId }) => attemptId ?? '')
    const broken: string[] = []
    // By address, which stands for one email: a row of its own would hide a request taken twice.
    const byAddress = groupBy(
      ledger.accepted.filter(({ attemptId }) => !canaries.has(emailOf(attemptId))),
      ({ attemptId, to }) =>
        [...to.toSorted(), broadcasts.get(emailOf(attemptId)) ?? 'alone'].join(' '),
    )
    for (const [address, copies] of byAddress) {
      if (copies.length === 1) continue
      const ids = new Set(copies.map(({ attemptId }) => emailOf(attemptId)))
      const [id = ''] = ids
      const last = Math.max(...copies.map(({ at }) => at))
      const earlier = copies.filter(({ at }) => at < last)
      const excused =
        ids.size === 1 &&
        copies.length === 2 &&
        policies.get(id) === 'resend' &&
        earlier.every((copy) => wasSilent(events.get(copy.attemptId ?? '') ?? [], last))
      if (!excused) broken.push(`${copies.length} copies to ${address}: ${attemptsOf(copies)}`)
    }
    return { looked: byAddress.size, broken }
  },
}

/** Copies that the policy allows. */
export function extraCopies({ ledger }: Evidence): number {
  const byEmail = groupBy(ledger.accepted, ({ attemptId }) => emailOf(attemptId))
  return [...byEmail.values()].reduce((sum, copies) => sum + copies.length - 1, 0)
}

/** No event of it was taken in before that moment. */
function wasSilent(events: Told[], before: number): boolean {
  return events.every(
    ({ deliveries }) => !deliveries.some(({ status, at }) => status === 200 && at < before),
  )
}

function attemptsOf(copies: Accepted[]): string {
  return copies.map(({ attemptId }) => attemptId).join(', ')
}

export const oneCall: Invariant = {
  name: 'I3',
  says: 'an attempt is in at most one call to SES',
  find({ ledger }): Finding {
    const calls = ledger.calls.flatMap(({ attempts }) => attempts)
    const broken = [...groupBy(calls, (attempt) => attempt)]
      .filter(([, times]) => times.length > 1)
      .map(([attempt, times]) => `${attempt} was in ${times.length} calls`)
    return { looked: calls.length, broken }
  },
}

const CALL_RECIPIENTS = 50
const CALLS_AT_ONCE = 6

export const fewUnknown: Invariant = {
  name: 'IU',
  says: 'nobody is given up on but for calls that were cut off, six of fifty a kill',
  find({ emails, ledger }, { kills }): Finding {
    const unknown = emails.filter(({ state, canary }) => state === 'unknown' && canary === 0)
    const ambiguous = ledger.calls.filter(({ answered, fault }) => {
      if (answered === null || answered >= 500 || answered === 408) return true
      return fault !== undefined && fault !== 'throttle' && fault !== 'daily_quota'
    })
    const most = kills * CALLS_AT_ONCE * CALL_RECIPIENTS + ambiguous.length * CALL_RECIPIENTS
    const broken = unknown.length > most ? [`${unknown.length} unknown, more than ${most}`] : []
    return { looked: unknown.length, broken }
  },
}

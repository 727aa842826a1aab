import { NEEDLE } from '../traffic.ts'
import { emailOf, type Finding, type Invariant } from './finding.ts'

const SECOND = 1000
const OVERSHOOT = 1.05
const CALL_RECIPIENTS = 50

export const noneSuppressed: Invariant = {
  name: 'I8',
  says: 'nobody is written to whose address was suppressed, or who had left, a second before the claim',
  find({ ledger, emails, attempts, suppressions, unsubscribes }): Finding {
    const suppressedAt = new Map(suppressions.map((row) => [row.address, row.created_at]))
    const leftAt = new Map(unsubscribes.map((row) => [row.address, row.created_at]))
    const broadcast = new Set(emails.filter((row) => row.broadcast_id !== null).map(({ id }) => id))
    const claimed = new Map<string, number>()
    for (const { attempt, claimed_at } of [...attempts, ...emails]) {
      if (attempt !== null && claimed_at !== null) claimed.set(attempt, claimed_at)
    }
    const broken = ledger.accepted.flatMap(({ attemptId, to }) => {
      const at = claimed.get(attemptId ?? '') ?? 0
      const wanted = (since: number | undefined) => (since ?? Infinity) + SECOND <= at
      const left = broadcast.has(emailOf(attemptId)) ? leftAt : new Map<string, number>()
      return to
        .filter((address) => wanted(suppressedAt.get(address)) || wanted(left.get(address)))
        .map((address) => `${attemptId} went to ${address}`)
    })
    return { looked: suppressions.length + unsubscribes.length, broken }
  },
}

/** A machine that stalls for a moment brings calls together that left apart: two seconds smooth that. */
const WINDOW_SECONDS = 2

export const withinRate: Invariant = {
  name: 'I9',
  says: 'SES never had to throttle by itself, and no two seconds saw more than 1.05 times the rate and one call',
  find({ ledger }, { world }): Finding {
    const most = WINDOW_SECONDS * world.account.maxSendRate * OVERSHOOT + CALL_RECIPIENTS
    const calls = ledger.calls
      .filter(({ operation }) => operation === 'SendEmail' || operation === 'SendBulkEmail')
      .toSorted((a, b) => a.at - b.at)
    let from = 0
    let sum = 0
    let worst = 0
    for (const { at, attempts } of calls) {
      sum += attempts.length
      const since = at - WINDOW_SECONDS * SECOND
      for (let first = calls[from]; first !== undefined && first.at <= since;) {
        sum -= first.attempts.length
        from += 1
        first = calls[from]
      }
      worst = Math.max(worst, sum)
    }
    const throttled = calls.filter(({ answered, fault }) => answered === 429 && fault === undefined)
    return {
      looked: calls.length,
      broken: [
        ...(worst > most ? [`${worst} recipients in ${WINDOW_SECONDS} s, more than ${most}`] : []),
        ...throttled.map(({ at }) => `SES throttled a call at ${at}`),
      ],
    }
  },
}

/** Tokens of pixels and unsubscribe links, keys of the API. */
const TOKENS = /\/[ou]\/[A-Za-z0-9_-]{12,}|re_[A-Za-z0-9]{8}_[A-Za-z0-9]{8,}|AKIA[A-Z0-9]{8}/

export const quietLogs: Invariant = {
  name: 'I12',
  says: 'no line of the log holds an address, a subject, a body, a token or a key',
  find({ log, secrets }): Finding {
    const needles = [NEEDLE, 'local-secret', ...secrets]
    const broken = log.filter(
      (line) => needles.some((needle) => line.includes(needle)) || TOKENS.test(line),
    )
    return { looked: log.length, broken }
  },
}

import { setTimeout } from 'node:timers/promises'
import type { Evidence } from '../evidence.ts'
import { emailOf } from '../invariants/finding.ts'
import type { Lab } from '../lab.ts'
import type { Scenario, Size } from '../scenario.ts'
import { hold, resend, slow, warped, warpedKeys, warpedQuota } from '../world.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const THROTTLED_MS = 6 * SECOND
/** A Governor that was told of a stop or a spent quota asks again within so long. */
const LONGEST_STOP_MS = 6 * MINUTE

async function both(lab: Lab, { recipients }: Size): Promise<void> {
  const half = Math.ceil(recipients / 2)
  await lab.together(lab.traffic.send({ emails: half }), lab.traffic.broadcast(half))
}

const isSend = ({ operation }: { operation: string }) => operation.startsWith('Send')

function noneFailed({ emails }: Evidence): string[] {
  const failed = emails.filter(({ state }) => state === 'failed')
  return failed.map(({ id, reason }) => `${id} failed: ${reason}`).slice(0, 5)
}

export const throttled: Scenario = {
  name: 'F3',
  says: 'SES throttles nine of ten calls for a while',
  world: slow,
  async run(lab, size) {
    await lab.faults({ fault: 'throttle', p: 0.9 })
    await lab.together(
      both(lab, size),
      setTimeout(THROTTLED_MS).then(() => lab.faults()),
    )
  },
  check: noneFailed,
  settles: 120,
}

export const quotaSpent: Scenario = {
  name: 'F4',
  says: 'the daily quota is spent: sending stops without a hot loop, and goes on when there is room',
  world: warpedQuota,
  // It is SES that refuses here.
  excuses: ['I9'],
  async run(lab, size) {
    await lab.traffic.send({ emails: 20 })
    await lab.account({ max24HourSend: 20_000, sentLast24Hours: 20_000 })
    const before = await refused(lab)
    await lab.traffic.send({ emails: Math.min(size.recipients, 400) })
    await setTimeout(8 * SECOND)
    const tried = (await refused(lab)) - before
    if (tried > 15) lab.notes.push(`${tried} calls while the quota was spent`)
    await lab.account({ sentLast24Hours: 0 })
    await lab.warp(LONGEST_STOP_MS)
  },
  check: (evidence, lab) => [...noneFailed(evidence), ...lab.notes],
}

export const keysRevoked: Scenario = {
  name: 'F28',
  says: 'the credentials are revoked: sending stops, nothing fails, and goes on with good ones',
  world: warpedKeys,
  async run(lab, size) {
    const rule = { fault: 'error_before', status: 403, p: 1 }
    const account = { ...rule, operation: 'GetAccount' }
    await lab.faults(rule, account)
    const before = await refused(lab)
    await lab.traffic.send({ emails: Math.min(size.recipients, 400) })
    await setTimeout(8 * SECOND)
    const tried = (await refused(lab)) - before
    if (tried > 15) lab.notes.push(`${tried} calls with revoked credentials`)
    await lab.faults()
    await lab.warp(LONGEST_STOP_MS)
  },
  check: (evidence, lab) => [...noneFailed(evidence), ...lab.notes],
}

async function refused(lab: Lab): Promise<number> {
  const calls = await lab.calls()
  return calls.filter((call) => isSend(call) && call.answered !== 200).length
}

export const serverErrors: Scenario = {
  name: 'F5',
  says: 'SES answers 500 and 503, before and after it accepted',
  world: resend,
  async run(lab, size) {
    await lab.faults(
      { fault: 'error_before', status: 500, p: 0.1 },
      { fault: 'error_before', status: 503, p: 0.1 },
      { fault: 'error_after', status: 500, p: 0.1 },
      { fault: 'error_after', status: 503, p: 0.1 },
    )
    await both(lab, size)
  },
}

const HALF_ANSWERS = [
  { fault: 'cut_after', p: 0.1 },
  { fault: 'cut_before', p: 0.1 },
  { fault: 'late', p: 0.1, delayMs: 3000 },
  { fault: 'half_json', p: 0.1 },
  { fault: 'empty_array', p: 0.1 },
  { fault: 'short_array', p: 0.1 },
]

export const halfAnswers: Scenario = {
  name: 'F6',
  says: 'SES accepts, and its answer is cut, late, half, empty or of the wrong length',
  world: resend,
  async run(lab, size) {
    await lab.faults(...HALF_ANSWERS)
    await both(lab, size)
  },
}

export const halfAnswersHeld: Scenario = { ...halfAnswers, name: 'F6hold', world: hold }

/** What becomes of an entry with this status: no SES call will ever help, or a later one does. */
const STATUSES: [string, 'failed' | 'sent later'][] = [
  ['MESSAGE_REJECTED', 'failed'],
  ['INVALID_PARAMETER', 'failed'],
  ['MAIL_FROM_DOMAIN_NOT_VERIFIED', 'sent later'],
  ['CONFIGURATION_SET_NOT_FOUND', 'sent later'],
  ['TEMPLATE_NOT_FOUND', 'sent later'],
  ['INVALID_SENDING_POOL_NAME', 'sent later'],
  ['ACCOUNT_SUSPENDED', 'sent later'],
  ['ACCOUNT_THROTTLED', 'sent later'],
  ['ACCOUNT_DAILY_QUOTA_EXCEEDED', 'sent later'],
  ['ACCOUNT_SENDING_PAUSED', 'sent later'],
  ['CONFIGURATION_SET_SENDING_PAUSED', 'sent later'],
  ['TRANSIENT_FAILURE', 'sent later'],
  ['FAILED', 'sent later'],
]

export const entryStatuses: Scenario = {
  name: 'F7',
  says: 'each status that an entry of a bulk call can have',
  world: warped,
  async run(lab) {
    for (const [status] of STATUSES) {
      const before = await lab.struckBy('entry_status')
      await lab.faults({ fault: 'entry_status', status, p: 1, times: 1 })
      await lab.traffic.send({ emails: 10, singleShare: 0, mailboxEvery: 0 })
      // What the entry before has stopped goes on when its time is over.
      for (let waited = 0; waited < 10; waited += 1) {
        await setTimeout(SECOND)
        if ((await lab.struckBy('entry_status')) > before) break
        await lab.warp(LONGEST_STOP_MS)
      }
    }
    await lab.warp(LONGEST_STOP_MS)
  },
  check({ attempts, emails, ledger }) {
    const states = new Map(emails.map(({ id, state }) => [id, state]))
    const taken = new Set(ledger.accepted.map(({ attemptId }) => emailOf(attemptId)))
    return STATUSES.flatMap(([status, then]) => {
      const struck = attempts.filter(({ reason }) => saysSo(reason ?? '', status))
      const [attempt] = struck
      if (attempt === undefined) return [`no attempt ended as ${status}`]
      const id = emailOf(attempt.attempt)
      const right = then === 'failed' ? 'failed' : 'sent'
      if (states.get(id) !== right) return [`${status} left it ${states.get(id)}, not ${right}`]
      return taken.has(id) === (then === 'failed')
        ? [`${status}: accepted is ${taken.has(id)}`]
        : []
    })
  },
  settles: 90,
}

/** Throttle and quota are told in our own words. */
function saysSo(reason: string, status: string): boolean {
  if (status === 'ACCOUNT_THROTTLED') return reason.startsWith('throttled')
  if (status === 'ACCOUNT_DAILY_QUOTA_EXCEEDED') return reason.includes('24-hour quota')
  // Of a doubt that no event answered, the last word is kept.
  return reason.startsWith(status)
}

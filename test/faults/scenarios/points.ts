import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import { until } from '../../../src/cli/until.ts'
import type { Word } from '../driver.ts'
import type { Lab } from '../lab.ts'
import type { Scenario } from '../scenario.ts'
import { pointed } from '../world.ts'

const SECOND = 1000
const REACHED_SECONDS = 40
/** Longer than a lease, and longer than a signature lasts. */
const STALL_MS = 6 * SECOND
/** Longer than that stall, and still two seconds shorter than the doubt window. */
const LONG_SIGNATURE_SECONDS = 9
const STALLED = 'a worker was stalled past its signature'
const AWAY = { fail: 'D1_ERROR: Network connection lost.' }

/** A row of the crash table: how it is struck once. */
interface Row {
  row: string
  strike(lab: Lab): Promise<void>
}

/** Variants of a row count together. */
function rowOf({ row }: Row): string {
  return `row ${row.split(' ')[0] ?? ''}`
}

/** Emails are sent until somebody reaches the point, and then it is done to him. */
function at(
  row: string,
  point: string,
  act: (lab: Lab, told: unknown[]) => Promise<Word>,
  send: (lab: Lab) => Promise<unknown> = (lab) => lab.traffic.send({ emails: 6, singleShare: 0.4 }),
): Row {
  return {
    row,
    async strike(lab) {
      await lab.sendUntil(
        lab.driver.at(point, 1, REACHED_SECONDS, (told) => act(lab, told)),
        () => send(lab),
      )
      await lab.back()
    },
  }
}

const die = (lab: Lab) => lab.die()
const fail = async (): Promise<Word> => AWAY

const broadcast = (lab: Lab) => lab.traffic.broadcast(60)

/** One call to SES misbehaves. */
function misbehaves(row: string, rule: { fault: string; operation?: string }): Row {
  return {
    row,
    async strike(lab) {
      const before = await lab.struckBy(rule.fault)
      await lab.faults({ ...rule, p: 1, times: 1 })
      await lab.traffic.send({ emails: 55, singleShare: 0.1 })
      await until(`A call with ${rule.fault}`, REACHED_SECONDS * SECOND, async () => {
        return (await lab.struckBy(rule.fault)) > before
      })
      await lab.faults()
    },
  }
}

const ids = z.array(z.string())
const claimed = z.array(
  z.union([z.string(), z.object({ first: z.string() }).transform((range) => range.first)]),
)
/** Of the list that the first statement of a claim was told: emails, or ranges of them. */
const idsIn = (told: unknown[]) => claimed.parse(JSON.parse(String(told[0])))
/** The attempts that a mark was told, last. */
const attemptsIn = (told: unknown[]) => ids.parse(JSON.parse(String(told[3])))

/** Numbered as the crash table is; 18 is an ingest outage of its own (F15). */
const ROWS: Row[] = [
  at('1', 'accept before', die),
  at('2', 'accept after', die),
  at('2 of an upload', 'upload after', die, broadcast),
  at('2 of a release', 'release after', die, broadcast),
  at('3 of a range', 'enqueue before', die, broadcast),
  at('10 of ranges', 'call after', die, broadcast),
  at('3', 'enqueue before', die),
  at('3 throws', 'enqueue before', fail),
  {
    row: '4',
    async strike(lab) {
      const emails = (await lab.traffic.send({ emails: 4 })).map(({ id }) => ({
        id,
        recipients: 1,
      }))
      const job = (id: string) => ({
        id,
        attempts: 1,
        timestamp: Date.now(),
        body: { version: 1, priority: 'normal', emails },
      })
      await lab.together(
        ...['a', 'b', 'c'].map((id) => lab.deliver('send', [job(id), job(`${id} again`)])),
      )
    },
  },
  at('5', 'claim before', fail),
  at('5 dies', 'claim before', die),
  at('6', 'claim after', fail),
  at('7 unmarked', 'claim after', die),
  at('7 marked', 'mark after', die),
  at('8', 'call before', async () => ({ fail: 'connection refused' })),
  misbehaves('9', { fault: 'error_after' }),
  misbehaves('9 cut', { fault: 'cut_after' }),
  at('10', 'call after', die),
  at('11', 'outcome before', fail),
  at('11 dies', 'outcome before', die),
  at('12', 'outcome after', die),
  at('12 throws', 'outcome after', fail),
  at('13 refused', 'call before', async (lab) => {
    lab.notes.push(STALLED)
    await setTimeout(STALL_MS)
    return 'go'
  }),
  {
    row: '13 accepted',
    async strike(lab) {
      await lab.account({ signatureSeconds: LONG_SIGNATURE_SECONDS })
      await lab.sendUntil(
        lab.driver.at('call before', 1, REACHED_SECONDS, async () => {
          await setTimeout(STALL_MS)
          return 'go'
        }),
        () => lab.traffic.send({ emails: 6 }),
      )
      await setTimeout(2 * SECOND)
      await lab.account(lab.world.account)
    },
  },
  misbehaves('14', { fault: 'cut_after', operation: 'SendBulkEmail' }),
  {
    row: '15',
    async strike(lab) {
      const entry = { fault: 'entry_status', p: 1, times: 1 }
      await lab.faults(
        { ...entry, status: 'MESSAGE_REJECTED' },
        { ...entry, status: 'ACCOUNT_THROTTLED' },
        { ...entry, status: 'TRANSIENT_FAILURE', accepted: true },
      )
      await lab.traffic.send({ emails: 50, singleShare: 0 })
      await until('A call with mixed entries', REACHED_SECONDS * SECOND, async () => {
        return (await lab.struckBy('entry_status')) > 0
      })
    },
  },
  at('16', 'sns after', die),
  at('16 unrecorded', 'record before', die),
  at('16 recorded', 'record after', die),
  at('16 throws', 'record after', fail),
  at('17', 'sns before', fail),
  at('19', 'claim after', async (lab, told) => {
    const [id = ''] = idsIn(told)
    await lab.sql(
      `INSERT OR IGNORE INTO suppressions (address, origin, source_id, created_at)
       SELECT address, 'bounce', NULL, ${Date.now()} FROM emails WHERE id = '${id}'`,
    )
    return 'go'
  }),
  at('20', 'mark after', async (lab, told) => {
    const id = attemptsIn(told)[0]?.split('_')[0] ?? ''
    const { status, text } = await lab.traffic.once(`/emails/${id}/cancel`, '')
    if (status !== 422 || !text.includes('already sending')) {
      lab.notes.push(`row 20: a cancel during sending was answered ${status} ${text}`)
    }
    return 'go'
  }),
]

export const namedPoints: Scenario = {
  name: 'F2',
  says: 'each row of the crash table is struck, most by the death of workerd',
  world: pointed,
  async run(lab, { hits, rows = ROWS.length }) {
    for (let hit = 0; hit < hits; hit += 1) {
      for (const row of lab.dice.shuffle(ROWS).slice(0, rows)) {
        try {
          await row.strike(lab)
          lab.driver.count(rowOf(row))
        } catch (error) {
          throw new Error(`row ${row.row}: ${String(error)}`, { cause: error })
        }
      }
    }
  },
  check({ ledger }, lab) {
    if (!lab.notes.includes(STALLED)) return lab.notes.splice(0)
    const late = ledger.calls.filter(
      ({ answered, error = '' }) => answered === 403 && error.includes('Signature'),
    )
    const wrong = late.length === 0 ? ['row 13: no stalled worker was refused by SES'] : []
    return [...wrong, ...lab.notes.splice(0).filter((note) => note !== STALLED)]
  },
}

import { setTimeout } from 'node:timers/promises'
import type { Lab } from '../lab.ts'
import type { Scenario } from '../scenario.ts'
import { resend } from '../world.ts'

const SECOND = 1000
const DUE_MS = 4 * SECOND
/** Each email is put off or brought forward so often, one time after the other. */
const TIMES = 3

/** A note for each answer: status, id, the time that was asked for. */
async function reschedule(lab: Lab, id: string, due: number): Promise<void> {
  for (let time = 0; time < TIMES; time += 1) {
    const before = due - 1.5 * SECOND - Date.now()
    await setTimeout(Math.max(0, time === 0 ? before : 0) + lab.dice.roll() * 1.5 * SECOND)
    const at = Date.now() + Math.round((0.3 + lab.dice.roll() * 6) * SECOND)
    const body = JSON.stringify({ scheduled_at: new Date(at).toISOString() })
    const { status } = await lab.traffic.once(`/emails/${id}`, body, undefined, 'PATCH')
    lab.notes.push(`${status} ${id} ${at}`)
  }
}

export const rescheduleRaces: Scenario = {
  name: 'F24put',
  says: 'emails are put off and brought forward at the moment they fall due, again and again',
  world: resend,
  async run(lab, { recipients }) {
    const due = Date.now() + DUE_MS
    const emails = await lab.traffic.send({
      emails: Math.min(recipients, 150),
      singleShare: 1,
      mailboxEvery: 0,
      more: { scheduled_at: new Date(due).toISOString() },
    })
    await lab.together(...emails.map(({ id }) => reschedule(lab, id, due)))
    await setTimeout(7 * SECOND)
  },
  check({ emails, ledger }, lab) {
    const rows = new Map(emails.map((row) => [row.id, row]))
    const taken = new Set(ledger.accepted.map(({ attemptId }) => attemptId))
    const answers = lab.notes.splice(0).map((note) => {
      const [status = '', id = '', at = ''] = note.split(' ')
      return { status, id, at: Number(at) }
    })
    const taken200 = answers.filter(({ status }) => status === '200')
    const refused = answers.filter(({ status }) => status === '422')
    if (taken200.length === 0 || refused.length === 0) {
      return [`${taken200.length} taken, ${refused.length} refused: the race was not run`]
    }
    const others = answers.filter(({ status }) => status !== '200' && status !== '422')
    // The last time that was taken is the one that holds.
    const last = new Map(taken200.map(({ id, at }) => [id, at]))
    return [
      ...others.map(({ status, id }) => `the change of ${id} was answered ${status}`),
      ...[...last].flatMap(([id, at]) => {
        const row = rows.get(id)
        const claimed = row?.claimed_at ?? 0
        return claimed < at ? [`${id} was to go at ${at} and was claimed at ${claimed}`] : []
      }),
      ...answers
        .filter(({ id }) => !taken.has(rows.get(id)?.attempt ?? null))
        .map(({ id }) => `${id} was not sent in the end`),
    ].slice(0, 8)
  },
}

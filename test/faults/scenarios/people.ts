import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import { until } from '../../../src/cli/until.ts'
import { emailOf } from '../invariants/finding.ts'
import type { Lab } from '../lab.ts'
import type { Scenario } from '../scenario.ts'
import { resend, slow } from '../world.ts'

const SECOND = 1000

const inbox = z.object({
  emails: z.array(
    z.object({
      to: z.array(z.string()),
      headers: z.array(z.object({ name: z.string(), value: z.string() })),
    }),
  ),
})

export const peopleLeave: Scenario = {
  name: 'F23',
  says: 'people unsubscribe and are suppressed while a broadcast to them is on its way',
  world: slow,
  async run(lab, { recipients }) {
    const people = lab.traffic.addresses(Math.min(recipients, 300))
    await lab.traffic.broadcast(people)
    const links = await linksOf(lab, people)
    await lab.together(
      lab.traffic.broadcast(people),
      ...lab.dice
        .shuffle([...links])
        .slice(0, 60)
        .map(async ([address, link], n) => {
          await setTimeout(lab.dice.roll() * 3 * SECOND)
          if (n % 2 === 0) return await leave(link)
          await lab.sql(
            `INSERT OR IGNORE INTO suppressions (address, origin, source_id, created_at)
           VALUES ('${address}', 'complaint', NULL, ${Date.now()})`,
          )
        }),
    )
  },
  check: ({ emails }) => {
    const spared = emails.filter(
      ({ state, broadcast_id }) => state === 'suppressed' && broadcast_id,
    )
    return spared.length === 0 ? ['nobody left in time: the race was not run'] : []
  },
}

/** From the header that mail programs use, once all have it. */
async function linksOf(lab: Lab, people: string[]): Promise<Map<string, string>> {
  const links = new Map<string, string>()
  await until('The arrival of the first broadcast', 60 * SECOND, async () => {
    const { emails } = inbox.parse(await lab.stack.simulator.control('inbox.json?limit=5000'))
    for (const { to, headers } of emails) {
      const header = headers.find(({ name }) => name === 'List-Unsubscribe')
      const link = /<(https?:[^>]+)>/.exec(header?.value ?? '')?.[1]
      if (link !== undefined && to[0] !== undefined) links.set(to[0], link)
    }
    return people.every((address) => links.has(address))
  })
  return new Map(people.map((address) => [address, links.get(address) ?? '']))
}

async function leave(link: string): Promise<void> {
  const body = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' })
  const response = await fetch(link, { method: 'POST', body })
  if (!response.ok) throw new Error(`leaving was answered ${response.status}`)
}

export const cancelRaces: Scenario = {
  name: 'F24',
  says: 'emails are canceled and put off at the moment they fall due',
  world: resend,
  async run(lab, { recipients }) {
    const due = Date.now() + 4 * SECOND
    const emails = await lab.traffic.send({
      emails: Math.min(recipients, 150),
      singleShare: 1,
      mailboxEvery: 0,
      more: { scheduled_at: new Date(due).toISOString() },
    })
    await lab.together(
      ...emails.map(async ({ id }) => {
        await setTimeout(Math.max(0, due - SECOND - Date.now()) + lab.dice.roll() * 2.5 * SECOND)
        const { status } = await lab.traffic.once(`/emails/${id}/cancel`, '')
        lab.notes.push(`${status} ${id}`)
      }),
    )
  },
  check: ({ emails, ledger }, lab) => {
    const taken = new Set(ledger.accepted.map(({ attemptId }) => emailOf(attemptId)))
    const states = new Map(emails.map(({ id, state }) => [id, state]))
    const answers = lab.notes.map((note) => note.split(' '))
    const canceled = answers.filter(([status]) => status === '200')
    const refused = answers.filter(([status]) => status !== '200')
    lab.notes.length = 0
    if (canceled.length === 0 || refused.length === 0) {
      return [`${canceled.length} canceled, ${refused.length} refused: the race was not run`]
    }
    return [
      ...canceled
        .filter(([, id = '']) => taken.has(id) || states.get(id) !== 'canceled')
        .map(([, id = '']) => `${id} was canceled, and is ${states.get(id)}`),
      ...refused
        .filter(([, id = '']) => !taken.has(id))
        .map(([, id = '']) => `the cancel of ${id} was refused, and it was not sent`),
    ]
  },
}

/** A minute of production, beside a rate of fourteen a second. */
const FAIR_MS = 5 * SECOND

export const floods: Scenario = {
  name: 'F25',
  says: 'a broadcast floods the account, and what a person waits for passes it by',
  world: slow,
  async run(lab, { recipients }) {
    const flood = lab.traffic.broadcast(Math.max(600, recipients))
    await lab.together(
      flood,
      (async () => {
        await setTimeout(SECOND)
        for (let n = 0; n < 20; n += 1) {
          await lab.traffic.send({ emails: 1, singleShare: 1, mailboxEvery: 0 })
          await setTimeout(200)
        }
      })(),
    )
    lab.notes.push(...lab.traffic.asked.slice(-20).map(({ id }) => id))
  },
  check: ({ ledger, asked }, lab) => {
    const sentAt = new Map(ledger.accepted.map(({ attemptId, at }) => [emailOf(attemptId), at]))
    const urgent = new Set(lab.notes.splice(0))
    const waits = asked
      .filter(({ id }) => urgent.has(id))
      .map(({ id, at }) => (sentAt.get(id) ?? Infinity) - at)
      .toSorted((a, b) => a - b)
    const p95 = waits[Math.floor(waits.length * 0.95)] ?? Infinity
    return p95 <= FAIR_MS ? [] : [`what people wait for took ${p95} ms at the 95th percentile`]
  },
  settles: 120,
}

export const brake: Scenario = {
  name: 'F26',
  says: 'a broadcast to addresses that bounce is stopped while most of it is unsent',
  world: slow,
  async run(lab, { recipients }) {
    const people = lab.traffic.addresses(Math.max(800, recipients), 6, ['bounce'])
    const { id } = await lab.traffic.broadcast(people, {
      brake: { bounce_rate: 0.06, min_sent: 100 },
    })
    const state = async () => {
      const [row] = await lab.sql(`SELECT state FROM broadcasts WHERE id = '${id}'`)
      return String(row?.['state'])
    }
    await until('The brake', 60 * SECOND, async () => (await state()) === 'braked', 250)
    const [left] = await lab.sql(
      `SELECT count(*) AS n FROM emails WHERE broadcast_id = '${id}' AND state = 'queued'`,
    )
    if (Number(left?.['n']) < people.length / 2)
      lab.notes.push(`only ${String(left?.['n'])} unsent`)
    await lab.traffic.call(`/broadcasts/${id}/cancel`, {})
  },
  check: (_, lab) => lab.notes.splice(0),
}

import { setTimeout } from 'node:timers/promises'
import type { Stack } from '../../stack.ts'
import { until } from '../../until.ts'
import type { Line } from '../compare.ts'
import { ledgerSummary } from '../ledger-view.ts'
import { movement } from '../movement.ts'
import { demoAudience, type Person, somePeople } from './audience.ts'
import { type BroadcastClient, broadcastClient } from './client.ts'
import { compareBroadcast, type Deeds } from './compare.ts'
import { EARLIER, NEWSLETTER } from './content.ts'
import { type Holder, holders } from './leave.ts'
import { type Pace, paceOf } from './pace.ts'
import { crowdOf } from './people.ts'
import { readLedger } from './read-ledger.ts'
import { broadcastLine, preflightLine } from './show.ts'
import type { BroadcastView } from './views.ts'

const SECOND = 1000
/** A look at progress is a look at every recipient. */
const POLL_MS = SECOND
const EARLIER_MS = 60 * SECOND
/** One in fifty has an earlier email, but not more than so many. */
const EARLIER_EVERY = 50
const MOST_EARLIER = 200
const INBOX = 5000
const OPENED_SHARE = 0.1
/** Of those who got it; a rate of 0.1 % would be one that SES minds. */
const COMPLAINED_SHARE = 0.0004
/** Everything is told for so long, and still there is a difference. */
const DIFFERS_MS = 10 * SECOND

export interface BroadcastPlan {
  recipients: number
  seed: number
  /** Addresses that have bounced or complained: they are in the audience too. */
  suppressed: readonly string[]
  limitSeconds: number
  /** How far it is, again and again. */
  show: (line: string) => void
  /** What is to stay on the screen. */
  tell: (line: string) => void
}

export interface BroadcastResult extends Pace {
  lines: Line[]
  uploadSeconds: number
  /** From `send` until it is sent, the canary's wait included. */
  sentSeconds: number
  /** From `send` until the last event is recorded. */
  seconds: number
  /** How many left by an earlier email while it was sent. */
  left: number
}

/** Uploads and sends a broadcast, lets people act on it, waits until all is told, and compares. Throws when it hangs. */
export async function runBroadcast(stack: Stack, plan: BroadcastPlan): Promise<BroadcastResult> {
  const { recipients, seed, suppressed, show, tell } = plan
  const client = broadcastClient(stack)
  const deadline = Date.now() + plan.limitSeconds * SECOND
  const audience = demoAudience(recipients, seed, suppressed)
  const crowd = crowdOf(stack, await earlierEmails(stack, client, audience))

  const uploadedAt = Date.now()
  const id = await draft(client, NEWSLETTER, audience)
  const uploadSeconds = (Date.now() - uploadedAt) / SECOND
  tell(`${audience.length} recipients uploaded in ${uploadSeconds.toFixed(1)} s`)
  tell(`preflight: ${preflightLine(await client.preflight(id))}`)

  const sentAt = Date.now()
  await client.send(id)
  await untilSent()
  const sentSeconds = (Date.now() - sentAt) / SECOND
  const deeds = {
    sentAt,
    uploaded: audience.map(({ email }) => email),
    suppressed,
    ...(await crowd.deeds()),
  }
  await act('open', OPENED_SHARE)
  await act('complain', COMPLAINED_SHARE)
  const compared = await untilTold(deeds)
  const seconds = (Date.now() - sentAt) / SECOND
  return { ...compared, uploadSeconds, sentSeconds, seconds, left: deeds.leftBefore.length }

  async function untilSent(): Promise<void> {
    const moves = movement(deadline)
    for (;;) {
      const view = await look()
      if (view.progress.state === 'sent') return
      if (view.progress.state !== 'sending') throw new Error(`It stopped: ${broadcastLine(view)}`)
      moves.saw(JSON.stringify(view))
      crowd.see(view)
      moves.mustGoOn()
      await setTimeout(POLL_MS)
    }
  }

  async function untilTold(deeds: Deeds): Promise<Pace & { lines: Line[] }> {
    const moves = movement(deadline)
    for (;;) {
      const view = await look()
      const { pending } = ledgerSummary.parse(await stack.simulator.control('ledger?summary'))
      moves.saw(JSON.stringify([view, pending]))
      // What was told lies in a queue for a moment yet.
      if (pending === 0 && moves.stillMs() > 0) {
        const rows = await client.ledger(id)
        const ledger = await readLedger(stack.simulator)
        const lines = compareBroadcast(rows, view, ledger, deeds)
        const agree = lines.every(({ differences }) => differences.length === 0)
        if (agree || moves.stillMs() > DIFFERS_MS) {
          return { lines, ...paceOf(ledger, new Set(rows.map((row) => row.id))) }
        }
      }
      moves.mustGoOn()
      await setTimeout(POLL_MS)
    }
  }

  async function look(): Promise<BroadcastView> {
    const view = await client.read(id)
    show(broadcastLine(view))
    const { sent, in_doubt, unknown, failed, skipped, waiting } = view.progress
    const sum = sent + in_doubt + unknown + failed + skipped.total + waiting
    if (sum !== audience.length) {
      throw new Error(`The states add up to ${sum} of ${audience.length}: ${JSON.stringify(view)}`)
    }
    return view
  }

  async function act(does: 'open' | 'complain', p: number): Promise<void> {
    await stack.simulator.control('person', { sesMessageId: 'all', does, p })
  }
}

async function draft(
  client: BroadcastClient,
  content: object,
  people: readonly Person[],
): Promise<string> {
  const id = await client.create(content)
  const accepted = await client.upload(id, people)
  if (accepted !== people.length) {
    throw new Error(`Of ${people.length} recipients only ${accepted} were accepted.`)
  }
  return id
}

/** Sends some of them last month's broadcast; who has it in front of them can leave by it. */
async function earlierEmails(
  stack: Stack,
  client: BroadcastClient,
  audience: readonly Person[],
): Promise<Holder[]> {
  const count = Math.min(MOST_EARLIER, Math.ceil(audience.length / EARLIER_EVERY))
  const some = somePeople(audience, count)
  await client.send(await draft(client, EARLIER, some))
  let arrived: Holder[] = []
  await until(
    'The arrival of the earlier broadcast',
    EARLIER_MS,
    async () => {
      arrived = await holders(stack, INBOX)
      return arrived.length === some.length
    },
    POLL_MS,
  )
  return arrived
}

import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import type { Lab } from './lab.ts'
import { type BenchLedger, readLedger } from './ledger.ts'
import { NEWSLETTER, recipientLines } from './recipients.ts'

const SECOND = 1000
const POLL_MS = 250
/** Nothing was sent for so long: it hangs. */
const HANGS_MS = 60 * SECOND

const made = z.object({ id: z.string() })
const uploaded = z.object({ accepted: z.number() })

export interface Uploaded {
  id: string
  /** From the first byte sent to the answer. */
  seconds: number
}

/** A draft with so many recipients. */
export async function uploadBroadcast(lab: Lab, recipients: number): Promise<Uploaded> {
  const { id } = made.parse(await lab.post('/broadcasts', NEWSLETTER))
  const lines = recipientLines(recipients)
  const startedAt = performance.now()
  const answer = await lab.post(`/broadcasts/${id}/recipients`, lines, 'application/x-ndjson')
  const seconds = (performance.now() - startedAt) / SECOND
  const { accepted } = uploaded.parse(answer)
  if (accepted !== recipients) throw new Error(`Of ${recipients} only ${accepted} were accepted.`)
  return { id, seconds }
}

export interface Sent {
  /** Epoch milliseconds: just before `send` was asked for. */
  sentAt: number
  /** Until `send` was answered. */
  acceptSeconds: number
  /** From `send` to the last email that SES accepted. */
  drainSeconds: number
  ledger: BenchLedger
}

/** Sends a draft and waits until the broadcast says that it is sent. */
export async function sendBroadcast(lab: Lab, id: string): Promise<Sent> {
  const sentAt = Date.now()
  await lab.post(`/broadcasts/${id}/send`, {})
  const acceptSeconds = (Date.now() - sentAt) / SECOND
  let last = ''
  let movedAt = Date.now()
  for (;;) {
    const seen = await stateOf(lab, id)
    if (seen.state === 'sent') break
    if (JSON.stringify(seen) !== last) movedAt = Date.now()
    last = JSON.stringify(seen)
    if (Date.now() - movedAt > HANGS_MS) throw new Error(`Nothing is sent any more: ${last}`)
    await setTimeout(POLL_MS)
  }
  const ledger = await readLedger(lab)
  const lastAt = ledger.accepted.reduce((latest, { at }) => Math.max(latest, at), sentAt)
  return { sentAt, acceptSeconds, drainSeconds: (lastAt - sentAt) / SECOND, ledger }
}

async function stateOf({ stack }: Lab, id: string) {
  const [[broadcast], [ranges]] = rows.parse(
    await stack.worker.query([
      `SELECT state FROM broadcasts WHERE id = '${id}'`,
      `SELECT count(*) AS finished FROM ranges WHERE broadcast_id = '${id}' AND state = 'finished'`,
    ]),
  )
  return { ...broadcast, ...ranges }
}

const rows = z.tuple([
  z.tuple([z.object({ state: z.string() })]),
  z.tuple([z.object({ finished: z.number() })]),
])

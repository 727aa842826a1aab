import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import { sendBroadcast, uploadBroadcast } from './broadcast.ts'
import { inLab, type Lab } from './lab.ts'
import { sendCalls } from './ledger.ts'
import { usedShare, worstExcess } from './pace-of-calls.ts'
import { percentile } from './percentile.ts'

const SECOND = 1000
const PER_SECOND = 500
const MEASURED_SECONDS = 30
/** Not measured: the beginning, and the end that has to last beyond the measured time. */
const LEAD_SECONDS = 5
const TRAIL_SECONDS = 7
const EMAIL_EVERY_MS = 200

export interface Paced {
  /** Of the rate, 1 for all. */
  used: number
  worstExcess: number
  throttled: number
  /** Milliseconds from the request to SES's acceptance, of a transactional email. */
  p95: number
  median: number
  emails: number
}

/** A broadcast at 500 a second with its events told, and a transactional email each 200 ms beside it. */
export async function paced(): Promise<Paced> {
  return await inLab(PER_SECOND, async (lab) => {
    const { id } = await uploadBroadcast(
      lab,
      PER_SECOND * (LEAD_SECONDS + MEASURED_SECONDS + TRAIL_SECONDS),
    )
    const ending = new AbortController()
    const asking = askAllTheTime(lab, ending.signal)
    const { ledger } = await sendBroadcast(lab, id)
    ending.abort()
    const asked = await asking
    const calls = sendCalls(ledger).map(({ at, attempts }) => ({ at, recipients: attempts.length }))
    const start = Math.min(...calls.map(({ at }) => at)) + LEAD_SECONDS * SECOND
    const acceptedAt = new Map(
      ledger.accepted.map(({ attemptId, at }) => [attemptId?.split('_')[0], at]),
    )
    const waits = asked.flatMap(({ id: emailId, at }) => {
      const accepted = acceptedAt.get(emailId)
      return accepted === undefined ? [] : [accepted - at]
    })
    return {
      used: usedShare(calls, { start, seconds: MEASURED_SECONDS, perSecond: PER_SECOND }),
      worstExcess: worstExcess(calls, PER_SECOND),
      throttled: sendCalls(ledger).filter(({ answered }) => answered === 429).length,
      p95: percentile(waits, 0.95),
      median: percentile(waits, 0.5),
      emails: waits.length,
    }
  })
}

const made = z.object({ id: z.string() })

async function askAllTheTime(lab: Lab, signal: AbortSignal) {
  const asked: Promise<{ id: string; at: number }>[] = []
  while (!signal.aborted) {
    asked.push(askOne(lab, asked.length))
    await setTimeout(EMAIL_EVERY_MS)
  }
  return await Promise.all(asked)
}

async function askOne(lab: Lab, n: number): Promise<{ id: string; at: number }> {
  const at = Date.now()
  const answer = await lab.post('/emails', {
    from: 'The Shop <orders@shop.example.com>',
    to: `buyer.${n}@example.com`,
    subject: `Your order ${n} is on its way`,
    html: `<p>Order ${n} has left us.</p>`,
  })
  return { id: made.parse(answer).id, at }
}

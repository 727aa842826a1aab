import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import type { Lab } from './lab.ts'

const SECOND = 1000
const POLL_MS = 250
/** All is final, and still an event that was told is not recorded. */
const LATE_MS = 10 * SECOND

const summary = z.object({ pending: z.number(), told: z.record(z.string(), z.number()) })
const health = z.object({
  queues: z.object({ events: z.object({ messages: z.number() }) }),
})

const WHERE = `SELECT state, count(*) AS emails FROM emails GROUP BY state
  UNION ALL SELECT 'broadcast ' || state, count(*) FROM broadcasts GROUP BY state
  UNION ALL SELECT 'events', count(*) FROM events WHERE key NOT LIKE 'local:%'`
const OPEN = /^(scheduled|queued|sending|in_doubt|broadcast (sending|queued))$/

export interface Patience {
  /** All of it takes longer: it hangs, even if something still moves. */
  limitSeconds: number
  /** Nothing moved for so long. */
  hangSeconds: number
}

/**
 * The liveness phase: nothing misbehaves any more, so all must come to an end. Seconds that it took.
 * Throws a sentence when it hangs.
 */
export async function settled(lab: Lab, { limitSeconds, hangSeconds }: Patience): Promise<number> {
  const startedAt = Date.now()
  let last = ''
  let movedAt = startedAt
  let doneAt: number | null = null
  while (true) {
    const seen = await look(lab).catch((error: unknown) => ({ told: String(error), open: true }))
    const now = Date.now()
    if (seen.told !== last) {
      movedAt = now
      doneAt = null
    }
    last = seen.told
    if (!seen.open) {
      doneAt ??= now
      // An event told a moment ago may still be on its way from the queue to its row.
      if (now - movedAt > 2 * SECOND) return (doneAt - startedAt) / SECOND
    }
    if (now - startedAt > limitSeconds * SECOND) {
      throw new Error(`not settled after ${limitSeconds} s: ${last}`)
    }
    if (now - movedAt > Math.max(hangSeconds * SECOND, LATE_MS)) {
      throw new Error(`nothing has moved for ${hangSeconds} s: ${last}`)
    }
    await setTimeout(POLL_MS)
  }
}

/** Fails while workerd is away. */
async function look({ stack, driver }: Lab): Promise<{ told: string; open: boolean }> {
  const [rows] = await stack.worker.query([WHERE])
  const { pending, told } = summary.parse(await stack.simulator.control('ledger?summary'))
  const response = await fetch(`${stack.api}/health`)
  const { queues } = health.parse(await response.json())
  const waiting = queues.events.messages + driver.queues.waiting()
  const states = (rows ?? []).map(({ state }) => String(state))
  return {
    told: JSON.stringify([rows, pending, told, waiting]),
    open: pending > 0 || waiting > 0 || states.some((state) => OPEN.test(state)),
  }
}

import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import { healthy } from './healthy.ts'
import type { SimulatorProcess } from './simulator-process.ts'
import { until } from './until.ts'

const SECOND = 1000
/** Production's queues keep what Miniflare's lose with workerd: events of that long are told again. */
const REDELIVERED_MS = 60 * SECOND
const RECORDED_MS = 60 * SECOND
/** A batch that has left the queue is recorded by then. */
const LAST_BATCH_MS = SECOND

const health = z.object({ queues: z.object({ events: z.object({ messages: z.number() }) }) })

export interface Redelivery {
  /** workerd died, at that moment (epoch milliseconds): what it was told in the minute before is told again. */
  after: (death: number) => void
  /** A durable queue would still hold it, and no doubt would be settled: sweeps must wait. */
  isRunning: () => boolean
}

export function redelivery(
  simulator: SimulatorProcess,
  api: string,
  log: (line: string) => void,
): Redelivery {
  let running = 0

  async function tellAgain(since: number): Promise<void> {
    await healthy(api)
    await simulator.control('redeliver', { since })
    await until('Recording of what was told again', RECORDED_MS, async () => {
      const response = await fetch(`${api}/health`)
      return health.parse(await response.json()).queues.events.messages === 0
    })
    await setTimeout(LAST_BATCH_MS)
  }

  return {
    after(death) {
      running += 1
      tellAgain(death - REDELIVERED_MS)
        .then(
          () => log('the last events were told again'),
          (error: unknown) => log(`not all events were told again: ${String(error)}`),
        )
        .finally(() => (running -= 1))
    },
    isRunning: () => running > 0,
  }
}

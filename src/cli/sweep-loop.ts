import { setInterval } from 'node:timers/promises'
import type { WorkerProcess } from './worker-process.ts'

const SECOND = 1000

/** Calls the Worker's cron that often, never twice at once nor while it is held: nothing does it on this machine. */
export function sweepEvery(
  seconds: number,
  worker: WorkerProcess,
  isHeld: () => boolean,
  log: (line: string) => void,
): { close(): Promise<void> } {
  const ending = new AbortController()
  const loop = run()

  async function run(): Promise<void> {
    try {
      for await (const _ of setInterval(seconds * SECOND, undefined, { signal: ending.signal })) {
        if (isHeld()) continue
        await worker.runCron().catch((error: unknown) => log(`no sweep: ${String(error)}`))
      }
    } catch (error) {
      if (!ending.signal.aborted) throw error
    }
  }

  return {
    async close() {
      ending.abort()
      await loop
    },
  }
}

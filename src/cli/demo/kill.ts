import { setTimeout } from 'node:timers/promises'
import type { Stack } from '../stack.ts'
import { until } from '../until.ts'

const MOMENT_MS = 600
const BACK_MS = 30_000

/** Kills workerd (-9) so often, each time at a random moment after it was back. */
export async function killWorkerd(
  stack: Stack,
  times: number,
  random: () => number,
): Promise<void> {
  for (let n = 0; n < times; n += 1) {
    await setTimeout(random() * MOMENT_MS)
    const revived = stack.revivals()
    const pid = stack.worker.pid()
    if (pid === undefined) throw new Error('There is no workerd to kill.')
    process.kill(pid, 'SIGKILL')
    await until('The return of workerd', BACK_MS, async () => stack.revivals() > revived)
  }
}

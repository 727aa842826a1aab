import type { BroadcastDeps } from './deps.ts'

/** The row says that there is work: a Governor that is away costs time, not the caller an answer. */
export async function wakeGovernor(governor: BroadcastDeps['governor']): Promise<void> {
  try {
    await governor.work()
  } catch (error) {
    console.error('release left to cron', { error: String(error) })
  }
}

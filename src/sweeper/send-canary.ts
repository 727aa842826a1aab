import { insertCanary, senderInDoubt, takeCanaryTurn } from '../db/canary.ts'
import { uuidv7 } from '../domain/id.ts'
import type { SweepDeps } from './sweeping.ts'

/**
 * While a doubt is open and nothing later has arrived, a mail to SES's own mailbox simulator shows
 * whether events arrive at all: without traffic there would be no proof of life.
 */
export async function sendCanary(deps: SweepDeps): Promise<void> {
  const { db, settings } = deps
  const now = deps.now()
  const sender = await senderInDoubt(db, { ...settings, now })
  if (sender === null || !(await takeCanaryTurn(db, now, settings.canaryMs))) return
  const id = uuidv7(now, 0, deps.random(8))
  await insertCanary(db, { id, sender, now, expiresAt: now + settings.canaryMs })
  console.info('canary sent', { emailId: id })
  await deps.queue.enqueue([{ id, recipients: 1, priority: 'normal', dueAt: null }], now)
}

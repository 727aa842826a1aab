import { expireEmails } from '../db/expire-emails.ts'
import { expireLeases } from '../db/expire-leases.ts'
import { claimToken } from '../domain/attempt.ts'
import { reissueDue } from './reissue-due.ts'
import { reportGaps } from './report-gaps.ts'
import { retain } from './retain.ts'
import { sendCanary } from './send-canary.ts'
import { settleOldDoubts } from './settle-old-doubts.ts'
import { sweepBroadcasts } from './sweep-broadcasts.ts'
import { sweepSuppressions } from './sweep-suppressions.ts'
import { CHUNK, type SweepDeps } from './sweeping.ts'
import { takeUndelivered } from './take-undelivered.ts'
import { watch } from './watch.ts'

/** Repairs what a crash left. Each step is bounded and conditional; one that fails does not stop the next. */
export async function sweep(deps: SweepDeps): Promise<void> {
  const steps: [string, () => Promise<unknown>][] = [
    ['leases', () => leases(deps)],
    ['expired emails', () => expired(deps)],
    ['undelivered notifications', () => takeUndelivered(deps)],
    ['doubts', () => settleOldDoubts(deps)],
    ['gaps', () => reportGaps(deps)],
    ['canary', () => sendCanary(deps)],
    ['due emails', () => reissueDue(deps)],
    ['broadcasts', () => sweepBroadcasts(deps)],
    ['incidents', () => watch(deps)],
    ['webhooks', () => webhooks(deps)],
    ['suppressions', () => sweepSuppressions(deps)],
    ['retention', () => retain(deps)],
  ]
  for (const [name, step] of steps) {
    try {
      await step()
    } catch (error) {
      console.error('sweep step failed', { step: name, error: String(error) })
    }
  }
}

async function leases({ db, now, random, settings }: SweepDeps): Promise<void> {
  const { requeued, doubted } = await expireLeases(db, {
    now: now(),
    windowMs: settings.windowMs,
    limit: CHUNK,
    recording: claimToken(random(8)),
  })
  if (requeued + doubted > 0) console.info('leases ran out', { requeued, doubted })
}

/** Those whose job was lost, and what waited for its time. */
async function webhooks({ wakeWebhooks }: SweepDeps): Promise<void> {
  const woken = await wakeWebhooks()
  if (woken > 0) console.info('webhooks re-issued', { woken })
}

async function expired({ db, now, random }: SweepDeps): Promise<void> {
  const closed = await expireEmails(db, {
    now: now(),
    limit: CHUNK,
    recording: claimToken(random(8)),
  })
  if (closed > 0) console.info('emails expired', { closed })
}

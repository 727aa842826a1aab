import { comingEmails, type DueRow, lostEmails } from '../db/due-emails.ts'
import { firstIdAt } from '../domain/id.ts'
import { PRIORITIES } from '../domain/priority.ts'
import { MAX_DELAY_SECONDS } from '../queue/enqueue.ts'
import { type Backlog, CHUNK, type SweepDeps } from './sweeping.ts'

const MINUTE = 60_000
/** Rows a sweep, some hundred jobs: an account with a high rate recovers in minutes. */
const MAX_REISSUED = 5_000
/** A backlog in the queue explains that much delay; a row due for longer has lost its job. */
const BACKLOG_EXPLAINS = 10 * MINUTE

/** Gives a new job to emails whose job was lost, and a first one to those scheduled far ahead. */
export async function reissueDue(deps: SweepDeps): Promise<void> {
  const { db, queue, settings } = deps
  const now = deps.now()
  const coming = await comingEmails(db, {
    after: now,
    until: now + settings.sweepMs,
    acceptedBefore: firstIdAt(now + settings.sweepMs - MAX_DELAY_SECONDS * 1000),
    limit: CHUNK,
  })
  await queue.enqueue(coming, now)

  const sendBefore = lostBefore(await deps.backlog.send(), now, settings.sweepMs)
  const bulkBefore = lostBefore(await deps.backlog.broadcast(), now, settings.sweepMs)
  let room = Math.min(await deps.perMinute(), MAX_REISSUED)
  const lost: DueRow[] = []
  for (const priority of PRIORITIES) {
    if (room < 1) break
    const dueBefore = priority === 'bulk' ? bulkBefore : sendBefore
    for (const email of await lostEmails(db, priority, dueBefore, Math.ceil(room))) {
      lost.push(email)
      room -= email.recipients
    }
  }
  if (lost.length === 0) return
  console.info('due emails re-issued', { emails: lost.length })
  await queue.enqueue(
    lost.map((email) => ({ ...email, dueAt: null })),
    now,
  )
}

/** Emails due before then have lost their job; due for less than two sweeps they may still have it on the way. */
function lostBefore({ oldestMessageTimestamp }: Backlog, now: number, sweepMs: number): number {
  const dueBefore = now - 2 * sweepMs
  const oldest = oldestMessageTimestamp?.getTime() ?? 0
  const busy = oldest > 0 && oldest < dueBefore
  return busy ? Math.min(dueBefore, now - BACKLOG_EXPLAINS) : dueBefore
}

import { comingEmails, type DueRow, lostEmails } from '../db/due-emails.ts'
import { firstIdAt } from '../domain/id.ts'
import { PRIORITIES } from '../domain/priority.ts'
import { MAX_DELAY_SECONDS } from '../queue/enqueue.ts'
import { CHUNK, type SweepDeps } from './sweeping.ts'

const MINUTE = 60_000
/** A backlog in the queue explains that much delay; a row due for longer has lost its job. */
const BACKLOG_EXPLAINS = 10 * MINUTE

/** Gives a new job to emails whose job was lost, and a first one to those scheduled far ahead. */
export async function reissueDue(deps: SweepDeps): Promise<void> {
  const { db, queue, settings } = deps
  const now = deps.now()
  const coming = await comingEmails(db, {
    after: now,
    until: now + settings.sweepMs,
    acceptedBefore: firstIdAt(now - MAX_DELAY_SECONDS * 1000),
    limit: CHUNK,
  })
  await queue.enqueue(coming, now)

  // A row due for one sweep may still have its job on the way.
  const dueBefore = now - 2 * settings.sweepMs
  const { oldestMessageTimestamp } = await deps.backlog.send()
  const oldest = oldestMessageTimestamp?.getTime() ?? 0
  const busy = oldest > 0 && oldest < dueBefore
  const lostBefore = busy ? Math.min(dueBefore, now - BACKLOG_EXPLAINS) : dueBefore

  let room = Math.min(await deps.perMinute(), 2 * CHUNK)
  const lost: DueRow[] = []
  for (const priority of PRIORITIES) {
    if (room < 1) break
    for (const email of await lostEmails(db, priority, lostBefore, Math.ceil(room))) {
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

import { env } from 'cloudflare:workers'
import { cancelEmail } from '../../src/db/cancel-email.ts'
import { claimEmails } from '../../src/db/claim-emails.ts'
import { expireEmails } from '../../src/db/expire-emails.ts'
import { expireLeases } from '../../src/db/expire-leases.ts'
import { recordEvents } from '../../src/db/record-events.ts'
import { type RecordedOutcome, recordOutcomes } from '../../src/db/record-outcomes.ts'
import { rescheduleEmail } from '../../src/db/reschedule-email.ts'
import { setSending } from '../../src/db/sending.ts'
import { settleDoubts } from '../../src/db/settle-doubts.ts'
import { settleEmail } from '../../src/db/settle-email.ts'
import { LEASE_MS, MAX_REFUSALS, MINUTE_MS, type Operation, WINDOW_MS } from './operations.ts'
import { addressOf, aSuppression, rowOf } from './rows.ts'

const LIMIT = 500

/** The same operation by the product's own statements, as its roles run them. */
export async function stated(id: string, by: Operation): Promise<void> {
  const db = env.DB
  const recording = crypto.randomUUID()
  switch (by.type) {
    case 'claim': {
      const { now, token } = by
      if (by.paused) await setSending(db, 'paused', now)
      if (by.suppressed) await aSuppression(addressOf(id))
      await claimEmails(db, { ids: [id], now, token, leaseMs: LEASE_MS })
      await db.batch([db.prepare('DELETE FROM settings'), db.prepare('DELETE FROM suppressions')])
      return
    }
    case 'accept': {
      const { attempt } = by
      return record({ type: 'accepted', id, attempt, messageId: `0102-${attempt}` }, by.now)
    }
    case 'refuse': {
      const { attempt, retryAt } = by
      const flags = { counts: flag(by.counts), final: flag(by.final), alone: 0 } as const
      return record({ type: 'refused', id, attempt, reason: 'refused', retryAt, ...flags }, by.now)
    }
    case 'suppress': {
      const { attempt } = by
      return record({ type: 'suppressed', id, attempt, reason: 'nobody may get it' }, by.now)
    }
    case 'doubt':
      return record({ type: 'in doubt', id, attempt: by.attempt, reason: 'no answer' }, by.now)
    case 'expire lease':
      if (by.marked) await markedAlready(id)
      await expireLeases(db, { now: by.now, windowMs: WINDOW_MS, limit: LIMIT, recording })
      return
    case 'settle doubt':
      if (by.proven) await settleDoubts(db, [id], { now: by.now, recording })
      return
    case 'witness':
      return recordEvents(db, [by.event], {
        now: by.now,
        minuteMs: MINUTE_MS,
        newRecording: () => recording,
      })
    case 'cancel':
      await cancelEmail(db, id, { now: by.now, recording })
      return
    case 'reschedule':
      await rescheduleEmail(db, id, by.dueAt)
      return
    case 'expire':
      await expireEmails(db, { now: by.now, limit: LIMIT, recording })
      return
    case 'settle by hand':
      await settleEmail(db, id, by.as, { now: by.now, recording })
      return
    default:
      return by satisfies never
  }
}

async function record(outcome: RecordedOutcome, now: number): Promise<void> {
  await recordOutcomes(env.DB, [outcome], {
    now,
    minuteMs: MINUTE_MS,
    windowMs: WINDOW_MS,
    maxRefusals: MAX_REFUSALS,
    recording: crypto.randomUUID(),
  })
}

/** The row of `calls` that stands before every call; a story that marked its call has it already. */
async function markedAlready(id: string): Promise<void> {
  const { attempt, claimed_at } = await rowOf(id)
  if (attempt === null) return
  await env.DB.prepare(
    `INSERT OR IGNORE INTO calls (claimed_at, claim_token, number, attempts) VALUES (?1, ?2, 0, ?3)`,
  )
    .bind(claimed_at, attempt.slice(-8), JSON.stringify([attempt]))
    .run()
}

function flag(is: boolean): 0 | 1 {
  return is ? 1 : 0
}

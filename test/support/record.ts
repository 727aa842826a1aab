import { env } from 'cloudflare:workers'
import { claimEmails } from '../../src/db/claim-emails.ts'
import { recordEvents } from '../../src/db/record-events.ts'
import { recordOutcomes } from '../../src/db/record-outcomes.ts'
import type { MailEvent } from '../../src/domain/event.ts'
import { claimToken } from '../../src/domain/attempt.ts'
import { NOW } from './lifecycle.ts'
import { LEASE_MS, MAX_REFUSALS, MINUTE_MS, WINDOW_MS } from './operations.ts'
import { rowOf } from './rows.ts'

/** Claims emails that are due; the attempt of each. */
export async function claimed(
  ids: string[],
  { now = NOW, db = env.DB }: { now?: number; db?: D1Database } = {},
): Promise<string[]> {
  const token = claimToken(crypto.getRandomValues(new Uint8Array(8)))
  const { emails } = await claimEmails(db, { ids, now, token, leaseMs: LEASE_MS })
  const attempts = new Map(emails.map(({ id, attempt }) => [id, attempt]))
  return ids.map((id) => attempts.get(id) ?? '')
}

/** SES's 200 for an attempt of this email, by default its current one. */
export async function answered(
  id: string,
  { attempt, now = NOW, db = env.DB }: { attempt?: string; now?: number; db?: D1Database } = {},
): Promise<void> {
  const of = attempt ?? (await rowOf(id)).attempt ?? ''
  await recordOutcomes(db, [{ type: 'accepted', id, attempt: of, messageId: `0102-${of}` }], {
    now,
    minuteMs: MINUTE_MS,
    windowMs: WINDOW_MS,
    maxRefusals: MAX_REFUSALS,
    recording: crypto.randomUUID(),
  })
}

export async function told(events: MailEvent[], db = env.DB): Promise<void> {
  await recordEvents(db, events, {
    now: NOW,
    minuteMs: MINUTE_MS,
    newRecording: () => crypto.randomUUID(),
  })
}

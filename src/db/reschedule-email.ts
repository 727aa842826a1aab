import { and, eq, gt, isNull, or } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Priority } from '../domain/priority.ts'
import { emails } from './schema.ts'

export interface Rescheduled {
  recipients: number
  priority: Priority
}

/** Gives an email that is still scheduled a new time before its end; null: it is not, or that is over by then. */
export async function rescheduleEmail(
  db: D1Database,
  id: string,
  dueAt: number,
): Promise<Rescheduled | null> {
  const [row] = await drizzle(db)
    .update(emails)
    .set({ due_at: dueAt, scheduled_at: dueAt })
    .where(
      and(
        eq(emails.id, id),
        eq(emails.state, 'scheduled'),
        isNull(emails.evidence_at),
        or(isNull(emails.expires_at), gt(emails.expires_at, dueAt)),
      ),
    )
    .returning({ recipients: emails.recipient_count, priority: emails.priority })
  return row ?? null
}

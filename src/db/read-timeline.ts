import { asc, eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { attempts, emails, events } from './schema.ts'

export type AttemptRow = typeof attempts.$inferSelect
export type EventRow = typeof events.$inferSelect

export interface Timeline {
  /** With its current attempt. */
  email: typeof emails.$inferSelect
  /** Those that ended otherwise than accepted. */
  attempts: AttemptRow[]
  events: EventRow[]
}

/** All that is known of an email's way, as one moment saw it. */
export async function readTimeline(db: D1Database, id: string): Promise<Timeline | null> {
  const orm = drizzle(db)
  const [[email], ended, known] = await orm.batch([
    orm.select().from(emails).where(eq(emails.id, id)),
    orm.select().from(attempts).where(eq(attempts.email_id, id)).orderBy(asc(attempts.number)),
    orm.select().from(events).where(eq(events.email_id, id)).orderBy(asc(events.at)),
  ])
  return email === undefined ? null : { email, attempts: ended, events: known }
}

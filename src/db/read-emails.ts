import { and, asc, desc, eq, getTableColumns, gt, inArray, lt, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { contents, emails, recipients } from './schema.ts'

export type EmailRow = typeof emails.$inferSelect
export type ContentRow = typeof contents.$inferSelect
export type RecipientRow = typeof recipients.$inferSelect

export interface StoredEmail {
  email: EmailRow
  /** Null once retention has taken it. */
  content: ContentRow | null
  /** Empty when there is one recipient, who stands in the email. */
  recipients: RecipientRow[]
}

/** Like an email, but without what only the email itself is asked for. */
export interface ListedEmail {
  email: EmailRow
  content: Pick<ContentRow, 'sender' | 'reply_to' | 'subject'> | null
  recipients: RecipientRow[]
}

export async function readEmail(db: D1Database, id: string): Promise<StoredEmail | null> {
  const [row] = await drizzle(db)
    .select({ email: getTableColumns(emails), content: contents })
    .from(emails)
    .leftJoin(contents, eq(contents.id, emails.content_id))
    .where(eq(emails.id, id))
  if (row === undefined) return null
  return { ...row, recipients: await recipientsOf(db, [row.email]) }
}

/** Newest first. `after` and `before` are ids and excluded; at most one of them. */
export interface Page {
  limit: number
  after: string | null
  before: string | null
}

/** One page of what was accepted, canaries aside; reads one row more to know whether there are more. */
export async function listEmails(
  db: D1Database,
  page: Page,
): Promise<{ emails: ListedEmail[]; hasMore: boolean }> {
  const beyond =
    page.after !== null
      ? lt(emails.id, page.after)
      : page.before !== null
        ? gt(emails.id, page.before)
        : undefined
  const rows = await drizzle(db)
    .select({ id: emails.id })
    .from(emails)
    .where(and(eq(emails.canary, 0), beyond))
    .orderBy(page.before === null ? desc(emails.id) : asc(emails.id))
    .limit(page.limit + 1)
  return await pageOf(db, rows, page)
}

/** Each side walks an index of its own, already in the order asked for. */
function idsTo(page: Page): string {
  const beyond =
    page.after !== null ? 'AND id < ?3' : page.before !== null ? 'AND id > ?3' : 'AND ?3 IS NULL'
  const order = `ORDER BY id ${page.before === null ? 'DESC' : 'ASC'} LIMIT ?2`
  return `SELECT id FROM (
  SELECT id FROM (SELECT id FROM emails
    WHERE address = ?1 AND broadcast_id IS NULL AND canary = 0 ${beyond} ${order})
  UNION ALL
  SELECT id FROM (SELECT email_id AS id FROM recipients
    WHERE address = ?1 ${beyond.replace('id', 'email_id')} ${order})
) ${order}`
}

/** One page of the emails that a person (an address in normal form) got, broadcasts aside. */
export async function listEmailsTo(
  db: D1Database,
  address: string,
  page: Page,
): Promise<{ emails: ListedEmail[]; hasMore: boolean }> {
  const { results } = await db
    .prepare(idsTo(page))
    .bind(address, page.limit + 1, page.after ?? page.before)
    .all<{ id: string }>()
  return await pageOf(db, results, page)
}

async function pageOf(
  db: D1Database,
  found: { id: string }[],
  page: Page,
): Promise<{ emails: ListedEmail[]; hasMore: boolean }> {
  const ids = found.slice(0, page.limit).map(({ id }) => id)
  const rows = await drizzle(db)
    .select({
      email: getTableColumns(emails),
      content: {
        sender: contents.sender,
        reply_to: contents.reply_to,
        subject: contents.subject,
      },
    })
    .from(emails)
    .leftJoin(contents, eq(contents.id, emails.content_id))
    .where(inList(emails.id, ids))
    .orderBy(desc(emails.id))
  const all = await recipientsOf(
    db,
    rows.map(({ email }) => email),
  )
  const byEmail = Map.groupBy(all, ({ email_id }) => email_id)
  return {
    emails: rows.map((row) => ({ ...row, recipients: byEmail.get(row.email.id) ?? [] })),
    hasMore: found.length > page.limit,
  }
}

async function recipientsOf(db: D1Database, of: EmailRow[]): Promise<RecipientRow[]> {
  const several = of.filter((email) => email.recipient_count > 1).map(({ id }) => id)
  if (several.length === 0) return []
  return await drizzle(db)
    .select()
    .from(recipients)
    .where(inList(recipients.email_id, several))
    .orderBy(asc(recipients.email_id), asc(recipients.position))
}

/** One parameter however many ids: D1 binds at most 100. */
function inList(column: typeof emails.id | typeof recipients.email_id, ids: string[]) {
  return inArray(column, sql`(SELECT value FROM json_each(${JSON.stringify(ids)}))`)
}

import type { Attachment } from '../domain/content.ts'

const READ = `SELECT coalesce(c.attachments, '[]') AS attachments FROM emails e
LEFT JOIN contents c ON c.id = e.content_id WHERE e.id = ?1`

/** In their order; none once retention has forgotten them. Null: there is no such email. */
export async function readAttachments(
  db: D1Database,
  emailId: string,
): Promise<Attachment[] | null> {
  const found = await db.prepare(READ).bind(emailId).first<{ attachments: string }>()
  return found === null ? null : JSON.parse(found.attachments)
}

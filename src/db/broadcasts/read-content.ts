import type { Attachment, NameValue } from '../../domain/content.ts'

/** What a broadcast's emails are made of; it does not change once it has left draft. */
export interface StoredBroadcast {
  id: string
  /** As the From header carries it, ASCII. */
  sender: string
  reply_to: string[]
  subject: string
  preview_text: string | null
  html: string | null
  text: string | null
  tags: NameValue[]
  attachments: Attachment[]
  pixel: boolean
  ses_tracking: boolean
  click_tracking: boolean
  topic_id: string | null
  created_at: number
}

interface Row {
  id: string
  sender: string
  reply_to: string
  subject: string
  preview_text: string | null
  html: string | null
  text: string | null
  tags: string
  attachments: string
  pixel: 0 | 1
  ses_tracking: 0 | 1
  click_tracking: 0 | 1
  topic_id: string | null
  created_at: number
}

const READ = `SELECT id, sender, reply_to, subject, preview_text, html, text, tags, attachments, pixel,
  ses_tracking, click_tracking, topic_id, created_at FROM broadcasts WHERE id = ?1`

/** Null when there is no such broadcast. */
export async function readBroadcastContent(
  db: D1Database,
  id: string,
): Promise<StoredBroadcast | null> {
  const row = await db.prepare(READ).bind(id).first<Row>()
  if (row === null) return null
  // The lists were written by us as JSON of these very shapes.
  const replyTo: string[] = JSON.parse(row.reply_to)
  const tags: NameValue[] = JSON.parse(row.tags)
  const attachments: Attachment[] = JSON.parse(row.attachments)
  return {
    ...row,
    reply_to: replyTo,
    tags,
    attachments,
    pixel: row.pixel === 1,
    ses_tracking: row.ses_tracking === 1,
    click_tracking: row.click_tracking === 1,
  }
}

import type { Draft } from '../db/broadcasts/draft.ts'
import type { BroadcastRow } from '../db/broadcasts/read-broadcasts.ts'
import type { Brake } from '../domain/brake.ts'
import type { Canary } from '../domain/canary.ts'
import type { Attachment, NameValue } from '../domain/content.ts'

/** What a row says, its lists read: they were written by us as JSON of these very shapes. */
export function draftOf(row: BroadcastRow): Draft {
  const replyTo: string[] = JSON.parse(row.reply_to)
  const tags: NameValue[] = JSON.parse(row.tags)
  const canary: Canary | null = row.canary === null ? null : JSON.parse(row.canary)
  const { forgiven: _, ...brake }: Brake = JSON.parse(row.brake)
  return {
    name: row.name,
    sender: row.sender,
    reply_to: replyTo,
    subject: row.subject,
    preview_text: row.preview_text,
    html: row.html,
    text: row.text,
    tags,
    attachments: attachmentsOf(row),
    pixel: row.pixel === 1,
    ses_tracking: row.ses_tracking === 1,
    click_tracking: row.click_tracking === 1,
    segment_id: row.segment_id,
    topic_id: row.topic_id,
    doubt_policy: row.doubt_policy,
    canary,
    brake,
  }
}

export function attachmentsOf(row: Pick<BroadcastRow, 'attachments'>): Attachment[] {
  return JSON.parse(row.attachments)
}

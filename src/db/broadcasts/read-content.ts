import type { Attachment, NameValue } from '../../domain/content.ts'
import type { Draft } from './draft.ts'
import type { BroadcastRow } from './read-broadcasts.ts'
import { ofDomain, trackedColumns } from '../domains/tracking.ts'

/** What a broadcast's emails are made of; it does not change once it has left draft. */
export type StoredBroadcast = Omit<
  Draft,
  'name' | 'segment_id' | 'doubt_policy' | 'canary' | 'brake'
> & {
  id: string
  created_at: number
}

/** Its lists are JSON and its switches 0 or 1. */
type Row = Pick<BroadcastRow, keyof StoredBroadcast>

const READ = `SELECT b.id, b.sender, reply_to, subject, preview_text, html, text, tags, attachments,
  ${trackedColumns('b')}, topic_id, b.created_at
FROM broadcasts b ${ofDomain('b')} WHERE b.id = ?1`

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

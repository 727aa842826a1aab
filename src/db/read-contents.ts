import type { Attachment, NameValue, Outline } from '../domain/content.ts'
import { ofDomain, trackedColumns } from './domains/tracking.ts'

interface OutlineRow {
  id: string
  sender: string
  reply_to: string
  subject: string
  headers: string
  tags: string
  attachments: string
  pixel: 0 | 1
  ses_tracking: 0 | 1
  click_tracking: 0 | 1
  html_length: number | null
  text_length: number | null
}

/** A body in R2 is past 500 KB: its length only has to say that it is large. */
const LARGE = 1_000_000

const OUTLINES = `SELECT c.id, c.sender, reply_to, subject, headers, tags, attachments,
  ${trackedColumns('c')},
  CASE WHEN html_file IS NOT NULL THEN ${LARGE} ELSE length(html) END AS html_length,
  CASE WHEN text_file IS NOT NULL THEN ${LARGE} ELSE length(text) END AS text_length
FROM contents c ${ofDomain('c')} WHERE c.id IN (SELECT value FROM json_each(?1))`

/** Everything about contents but their bodies, by content id. */
export async function readOutlines(db: D1Database, ids: string[]): Promise<Map<string, Outline>> {
  const { results } = await db
    .prepare(OUTLINES)
    .bind(JSON.stringify([...new Set(ids)]))
    .all<OutlineRow>()
  return new Map(results.map((row) => [row.id, outline(row)]))
}

/** The lists were written by us as JSON of these very shapes. */
function outline(row: OutlineRow): Outline {
  const replyTo: string[] = JSON.parse(row.reply_to)
  const headers: NameValue[] = JSON.parse(row.headers)
  const tags: NameValue[] = JSON.parse(row.tags)
  const attachments: Attachment[] = JSON.parse(row.attachments)
  return {
    ...row,
    reply_to: replyTo,
    headers,
    tags,
    attachments,
    pixel: row.pixel === 1,
    ses_tracking: row.ses_tracking === 1,
    click_tracking: row.click_tracking === 1,
  }
}

export interface StoredBodies {
  id: string
  html: string | null
  text: string | null
  html_file: string | null
  text_file: string | null
}

const BODIES = `SELECT id, html, text, html_file, text_file FROM contents
WHERE id IN (SELECT value FROM json_each(?1))`

/** The bodies of the contents of one call, or the R2 keys where they lie. */
export async function readBodies(db: D1Database, ids: string[]): Promise<StoredBodies[]> {
  const { results } = await db
    .prepare(BODIES)
    .bind(JSON.stringify([...new Set(ids)]))
    .all<StoredBodies>()
  return results
}

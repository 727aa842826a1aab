import type { Attachment, NameValue } from '../domain/content.ts'
import type { Priority } from '../domain/priority.ts'
import type { DoubtPolicy } from '../domain/transition.ts'
import { type IdempotencyRecord, keepIdempotency, readIdempotency } from './idempotency.ts'
import { jsonChunks } from './json-chunks.ts'
import { localEvents, localFeed, type LocalOutcome } from './local-events.ts'
import { type HashedRecipient, suppressErased } from './suppress-erased.ts'

export interface NewContent {
  /** Of the first email that uses it. */
  id: string
  last_email_id: string
  /** As a From header carries it, ASCII. */
  sender: string
  reply_to: string[]
  subject: string
  html: string | null
  text: string | null
  html_file: string | null
  text_file: string | null
  headers: NameValue[]
  tags: NameValue[]
  attachments: Attachment[]
  pixel: boolean
  ses_tracking: boolean
  click_tracking: boolean
  /** The stored template it was rendered from. */
  template_id: string | null
}

export interface NewEmail {
  id: string
  content_id: string
  api_key_id: string
  topic_id: string | null
  address: string | null
  name: string | null
  recipient_count: number
  priority: Priority
  doubt_policy: DoubtPolicy
  state: 'queued' | 'scheduled'
  due_at: number
  scheduled_at: number | null
  expires_at: number | null
}

export interface NewRecipient {
  email_id: string
  address: string
  position: number
  kind: 'to' | 'cc' | 'bcc'
  name: string | null
}

export interface Acceptance {
  contents: NewContent[]
  emails: NewEmail[]
  /** Only of emails to several. */
  recipients: NewRecipient[]
  /** Every recipient of every email. */
  hashed: HashedRecipient[]
  idempotency: (IdempotencyRecord & { key: string }) | null
  now: number
  /** Idempotency records made at or before this are forgotten, epoch milliseconds. */
  since: number
}

/** `answered before`: another request took the idempotency key first; nothing was written. */
export type Accepted = { type: 'accepted' } | { type: 'answered before'; record: IdempotencyRecord }

const CONTENTS = `INSERT INTO contents (id, last_email_id, sender, reply_to, subject, html, text,
  html_file, text_file, headers, tags, attachments, pixel, ses_tracking, click_tracking, template_id)
SELECT value->>'id', value->>'last_email_id', value->>'sender', value->'reply_to',
  value->>'subject', value->>'html', value->>'text', value->>'html_file', value->>'text_file',
  value->'headers', value->'tags', value->'attachments', value->>'pixel', value->>'ses_tracking',
  value->>'click_tracking', value->>'template_id'
FROM json_each(?1)`

const EMAILS = `INSERT INTO emails (id, content_id, api_key_id, topic_id, address, name, recipient_count,
  priority, doubt_policy, state, due_at, scheduled_at, expires_at)
SELECT value->>'id', value->>'content_id', value->>'api_key_id', value->>'topic_id',
  value->>'address', value->>'name',
  value->>'recipient_count', value->>'priority', value->>'doubt_policy', value->>'state',
  value->>'due_at', value->>'scheduled_at', value->>'expires_at'
FROM json_each(?1)`

const RECIPIENTS = `INSERT INTO recipients (email_id, address, position, kind, name)
SELECT value->>'email_id', value->>'address', value->>'position', value->>'kind', value->>'name'
FROM json_each(?1)`

const WRITTEN = 'SELECT count(*) AS n FROM emails WHERE id IN (SELECT value FROM json_each(?1))'

/**
 * The rows of one request and its idempotency record in one batch. A batch that throws may have
 * committed, so it is read back by what it would have written before the error goes on.
 */
export async function acceptEmails(db: D1Database, acceptance: Acceptance): Promise<Accepted> {
  const { contents, emails, recipients, hashed, idempotency, now, since } = acceptance
  const kept =
    idempotency === null ? [] : keepIdempotency(db, idempotency.key, idempotency, { now, since })
  const statements = [
    ...kept,
    ...jsonChunks(contents).map((rows) => db.prepare(CONTENTS).bind(rows)),
    ...jsonChunks(emails).map((rows) => db.prepare(EMAILS).bind(rows)),
    ...jsonChunks(recipients).map((rows) => db.prepare(RECIPIENTS).bind(rows)),
    ...suppressErased(db, hashed),
    ...tellState(db, emails, now),
  ]
  if (statements.length === 0) return { type: 'accepted' }
  try {
    await db.batch(statements)
    return { type: 'accepted' }
  } catch (error) {
    const found = await readBack(db, acceptance)
    if (found === null) throw error
    return found
  }
}

/**
 * That an email waits for its time, or will not go, is told; that one is queued says nothing to who
 * has just sent it.
 */
function tellState(db: D1Database, emails: NewEmail[], now: number): D1PreparedStatement[] {
  const ids = emails.map(({ id }) => id)
  const [first] = ids
  if (first === undefined) return []
  const change = { ids: JSON.stringify(ids), now, recording: `accepted:${first}` }
  const states: LocalOutcome[] = ['scheduled', 'suppressed']
  return [localEvents(db, { ...change, states, token: null }), localFeed(db, change)]
}

async function readBack(
  db: D1Database,
  { emails, idempotency, since }: Acceptance,
): Promise<Accepted | null> {
  if (idempotency !== null) {
    const record = await readIdempotency(db, idempotency.key, since)
    if (record === null) return null
    return record.answer === idempotency.answer
      ? { type: 'accepted' }
      : { type: 'answered before', record }
  }
  const ids = JSON.stringify(emails.map(({ id }) => id))
  const written = await db.prepare(WRITTEN).bind(ids).first<{ n: number }>()
  return written?.n === emails.length ? { type: 'accepted' } : null
}

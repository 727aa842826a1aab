import { and, eq, type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Brake } from '../../domain/brake.ts'
import { broadcastKeys } from '../../domain/broadcast-email-id.ts'
import type { Canary } from '../../domain/canary.ts'
import type { Attachment, NameValue } from '../../domain/content.ts'
import type { DoubtPolicy } from '../../domain/transition.ts'
import { keepIdempotency } from '../idempotency.ts'
import { broadcasts } from './schema.ts'

/** What a person says in a broadcast and how it is to go. */
export interface Draft {
  name: string
  /** As a From header carries it, ASCII. */
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
  /** Whose members become the recipients; null: they are uploaded. */
  segment_id: string | null
  topic_id: string | null
  doubt_policy: DoubtPolicy
  canary: Canary | null
  brake: Brake
}

export interface MadeDraft {
  id: string
  apiKeyId: string
  parentId: string | null
  now: number
  /** Kept in the same batch, which fails whole where the key is in use since `since`, epoch milliseconds. */
  kept?: { key: string; fingerprint: string; since: number } | undefined
}

/** A broadcast that was deleted keeps nobody from making another. */
const FORGET = `DELETE FROM idempotency WHERE key = ?1
AND NOT EXISTS (SELECT 1 FROM broadcasts WHERE id = json_extract(answer, '$'))`

export async function insertDraft(db: D1Database, draft: Draft, made: MadeDraft): Promise<void> {
  const { id, apiKeyId, parentId, now, kept } = made
  const { sql: insert, params } = drizzle(db)
    .insert(broadcasts)
    .values({
      ...columns(draft),
      id,
      api_key_id: apiKeyId,
      parent_id: parentId,
      state: 'draft',
      created_at: now,
      changed_at: now,
    })
    .toSQL()
  const record = kept && { fingerprint: kept.fingerprint, answer: JSON.stringify(id) }
  await db.batch([
    ...(kept ? [db.prepare(FORGET).bind(kept.key)] : []),
    ...(kept && record ? keepIdempotency(db, kept.key, record, { now, since: kept.since }) : []),
    db.prepare(insert).bind(...params),
  ])
}

/** D1's advice for bulk writes. */
const CHUNK = 10_000

const isDraft = (id: string): SQL | undefined =>
  and(eq(broadcasts.id, id), eq(broadcasts.state, 'draft'))

/** False: it is no draft (any more), and nothing was changed. */
export async function updateDraft(
  db: D1Database,
  id: string,
  draft: Draft,
  { now, asRead }: { now: number; asRead: number },
): Promise<boolean> {
  const result = await drizzle(db)
    .update(broadcasts)
    .set({ ...columns(draft), changed_at: later(now) })
    .where(and(isDraft(id), eq(broadcasts.changed_at, asRead)))
    .run()
  if (result.meta.changes === 1) await holdDoubts(db, id, draft.doubt_policy)
  return result.meta.changes === 1
}

const NEXT = `SELECT max(id) AS id FROM (SELECT id FROM emails
  WHERE id > ?2 AND id <= ?3 AND broadcast_id = ?1 ORDER BY id LIMIT ${CHUNK})`

const HOLD = `UPDATE emails SET doubt_policy = ?4
WHERE id > ?2 AND id <= ?3 AND broadcast_id = ?1 AND doubt_policy <> ?4`

/** Uploaded recipients follow the policy of their broadcast; the same change once more goes on where it ended. */
async function holdDoubts(db: D1Database, id: string, policy: DoubtPolicy): Promise<void> {
  const { first, last } = broadcastKeys(id)
  let after = first.slice(0, -1)
  for (;;) {
    const upTo = await db.prepare(NEXT).bind(id, after, last).first<string>('id')
    if (upTo === null) return
    await db.prepare(HOLD).bind(id, after, upTo, policy).run()
    after = upTo
  }
}

/** Two changes never carry the same time: who has read the first sees that there was a second. */
function later(now: number): SQL<number> {
  return sql`max(${broadcasts.changed_at} + 1, ${now})`
}

function columns(draft: Draft) {
  return {
    ...draft,
    reply_to: JSON.stringify(draft.reply_to),
    tags: JSON.stringify(draft.tags),
    attachments: JSON.stringify(draft.attachments),
    pixel: Number(draft.pixel),
    ses_tracking: Number(draft.ses_tracking),
    click_tracking: Number(draft.click_tracking),
    canary: draft.canary === null ? null : JSON.stringify(draft.canary),
    brake: JSON.stringify(draft.brake),
  }
}

const EMPTY = `DELETE FROM emails WHERE id IN (SELECT id FROM emails
  WHERE id BETWEEN ?2 AND ?3 AND broadcast_id = ?1 LIMIT ${CHUNK})
AND EXISTS (SELECT 1 FROM broadcasts WHERE id = ?1 AND state = 'draft')`

const DELETE = `DELETE FROM broadcasts WHERE id = ?1 AND state = 'draft'
AND NOT EXISTS (SELECT 1 FROM emails WHERE id BETWEEN ?2 AND ?3 AND broadcast_id = ?1)`

/** With its recipients, and only then itself: a delete that was cut off is simply asked for again. */
export async function deleteDraft(db: D1Database, id: string): Promise<boolean> {
  await emptyDraft(db, id)
  const { first, last } = broadcastKeys(id)
  const deleted = await db.prepare(DELETE).bind(id, first, last).run()
  return deleted.meta.changes === 1
}

/** Takes all recipients out. */
export async function emptyDraft(db: D1Database, id: string): Promise<void> {
  const { first, last } = broadcastKeys(id)
  for (;;) {
    const emptied = await db.prepare(EMPTY).bind(id, first, last).run()
    if (emptied.meta.changes < CHUNK) break
  }
}

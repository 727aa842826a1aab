import { ERASED_ADDRESS } from '../../domain/erased-address.ts'
import { notice } from '../notice.ts'
import type { EmailsOf } from './emails-of.ts'

const LISTED = `IN (SELECT value FROM json_each(?1))`
const WAITS = `state IN ('scheduled', 'queued')`

/** Contents that only these emails use. */
const THEIRS = `id IN (SELECT content_id FROM emails WHERE id ${LISTED})
  AND NOT EXISTS (SELECT 1 FROM emails e WHERE e.id BETWEEN contents.id AND contents.last_email_id
    AND e.content_id = contents.id AND e.id NOT ${LISTED})`

const FILES = `SELECT html_file, text_file, attachments FROM contents WHERE ${THEIRS}`

/** Keys in R2 of what was sent to this person alone. */
export async function filesOf(db: D1Database, { alone }: EmailsOf): Promise<string[]> {
  const { results } = await db
    .prepare(FILES)
    .bind(JSON.stringify(alone))
    .all<{ html_file: string | null; text_file: string | null; attachments: string }>()
  return results.flatMap(({ html_file, text_file, attachments }) => {
    const attached: { file: string }[] = JSON.parse(attachments)
    return [html_file, text_file, ...attached.map(({ file }) => file)].filter((key) => key !== null)
  })
}

const FORGET_BODIES = `UPDATE contents SET subject = '', html = NULL, text = NULL, html_file = NULL,
  text_file = NULL, headers = '[]', attachments = '[]' WHERE ${THEIRS}`

/** What waits is not sent; what may have been sent is never sent again. */
const FORGET_ADDRESS = `UPDATE emails SET address = '${ERASED_ADDRESS}', name = NULL, variables = NULL,
  doubt_policy = 'hold',
  state = CASE WHEN ${WAITS} THEN iif(doubted, 'unknown', 'suppressed') ELSE state END,
  reason = iif(${WAITS}, 'the person was erased', reason),
  due_at = iif(${WAITS}, NULL, due_at)
WHERE id ${LISTED}`

/** An email to several goes on to the others. */
const FORGET_RECIPIENT = `UPDATE recipients SET address = 'erased-' || position || '@erased.invalid', name = NULL,
  left_out = iif((SELECT ${WAITS} FROM emails e WHERE e.id = recipients.email_id),
    'the person was erased', left_out)
WHERE address = ?2 AND email_id ${LISTED}`

const FORGET_EVENTS = `DELETE FROM events WHERE email_id ${LISTED}`
const FORGET_SHARED_EVENTS = `DELETE FROM events WHERE email_id ${LISTED} AND recipient = ?2`

const FORGET_NOTICES = `UPDATE feed SET notice = json_remove(
  json_set(notice, '$.data.email', '${ERASED_ADDRESS}'), '$.data.first_name', '$.data.last_name')
WHERE notice IS NOT NULL AND notice->>'$.data.email' = ?1`

/** As JSON has it, also within JSON: another address may end with this one. */
const FORGET_LETTERS = `UPDATE dead_letters
SET body = replace(replace(body, '"' || ?1 || '"', '"${ERASED_ADDRESS}"'),
  '"' || ?1 || '\\"', '"${ERASED_ADDRESS}\\"')
WHERE instr(body, '"' || ?1 || '"') > 0 OR instr(body, '"' || ?1 || '\\"') > 0`

/** Tables that have a row by address. */
const BY_ADDRESS = [
  'unsubscribes',
  'topic_subscriptions',
  'suppressions',
  'suppression_mirror',
  'transient_bounces',
]

export interface Erasure {
  address: string
  /** Keyed, of the address: all that stays. */
  hash: string
  /** Null: no contact has the address. */
  contact: { id: string; created_at: number } | null
  emails: EmailsOf
}

/**
 * Takes an address, and what is known of its person, out of every table, in one batch. What was counted
 * stays counted.
 */
export async function erase(
  db: D1Database,
  { address, hash, contact, emails }: Erasure,
  now: number,
): Promise<void> {
  const alone = JSON.stringify(emails.alone)
  const shared = JSON.stringify(emails.shared)
  await db.batch([
    db
      .prepare('INSERT INTO erased (hash, erased_at) VALUES (?1, ?2) ON CONFLICT DO NOTHING')
      .bind(hash, now),
    db.prepare(FORGET_BODIES).bind(alone),
    db.prepare(FORGET_EVENTS).bind(alone),
    db.prepare(FORGET_SHARED_EVENTS).bind(shared, address),
    db.prepare(FORGET_ADDRESS).bind(alone),
    db.prepare(FORGET_RECIPIENT).bind(shared, address),
    db.prepare(FORGET_NOTICES).bind(address),
    db.prepare(FORGET_LETTERS).bind(address),
    ...BY_ADDRESS.map((table) =>
      db.prepare(`DELETE FROM ${table} WHERE address = ?1`).bind(address),
    ),
    ...(contact === null ? [] : forgetContact(db, contact, now)),
  ])
}

function forgetContact(
  db: D1Database,
  { id, created_at }: { id: string; created_at: number },
  now: number,
): D1PreparedStatement[] {
  return [
    db.prepare('DELETE FROM segment_members WHERE contact_id = ?1').bind(id),
    db.prepare('DELETE FROM contacts WHERE id = ?1').bind(id),
    notice(db, {
      type: 'contact.deleted',
      at: now,
      data: {
        id,
        segment_ids: [],
        created_at: iso(created_at),
        updated_at: iso(now),
        email: ERASED_ADDRESS,
        first_name: null,
        last_name: null,
        unsubscribed: true,
      },
    }),
  ]
}

function iso(at: number): string {
  return new Date(at).toISOString()
}

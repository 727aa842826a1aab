import type { Leaving } from '../domain/leaving-bytes.ts'
import { TOLD } from './audience/contact-sql.ts'
import { localFeed } from './local-events.ts'

/** Before the row that it asks for is written: only who has not left yet makes an event. */
const TELL = `INSERT INTO events (email_id, key, type, at, recorded_at, recipient, recording, detail)
SELECT id, 'local:unsubscribe:' || ?3, 'unsubscribe', ?4, ?4, ?2, ?5,
  json_object('reason', 'the recipient has unsubscribed', 'topic_id', nullif(?3, ''))
FROM emails WHERE id = ?1
  AND NOT EXISTS (SELECT 1 FROM unsubscribes u WHERE u.address = ?2 AND u.topic_id = ?3)
ON CONFLICT DO NOTHING`

/** A broadcast counts emails, not wishes: a second topic through the same link is told, not counted. */
const COUNT = `UPDATE broadcasts SET unsubscribed = unsubscribed + 1
WHERE id = (SELECT broadcast_id FROM emails WHERE id = ?1)
  AND EXISTS (SELECT 1 FROM events
    WHERE email_id = ?1 AND key = 'local:unsubscribe:' || ?2 AND recording = ?3)
  AND NOT EXISTS (SELECT 1 FROM events
    WHERE email_id = ?1 AND key >= 'local:unsubscribe:' AND key < 'local:unsubscribe;' AND recording <> ?3)`

const LEAVE = `INSERT INTO unsubscribes (address, topic_id, source_id, created_at)
VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING`

/** Who is a contact is told of as such, too. */
const TELL_CONTACT = `INSERT INTO feed (at, keys, notice)
SELECT ?3, '[]', iif(?2 = '', json_object('type', 'contact.updated', 'data', ${TOLD}),
  json_object('type', 'contact.topics.updated', 'data', json_object('email', c.address,
    'topics', json_array(json_object('id', ?2, 'subscription', 'opt_out')))))
FROM contacts c WHERE c.address = ?1 AND changes() > 0`

/**
 * Takes an address out of a topic, or of all broadcasts; from the moment of the commit no claim
 * sends it one. The email's event and the broadcast's counter follow if their rows still exist.
 * False: it had left before, and nothing was written. Repeating is harmless. Throws when D1 is away.
 */
export async function unsubscribe(
  db: D1Database,
  { address, emailId, topicId }: Leaving,
  { now, recording }: { now: number; recording: string },
): Promise<boolean> {
  const topic = topicId ?? ''
  const [, , left] = await db.batch([
    db.prepare(TELL).bind(emailId, address, topic, now, recording),
    db.prepare(COUNT).bind(emailId, topic, recording),
    db.prepare(LEAVE).bind(address, topic, emailId, now),
    db.prepare(TELL_CONTACT).bind(address, topic, now),
    localFeed(db, { ids: JSON.stringify([emailId]), now, recording }),
  ])
  return (left?.meta.changes ?? 0) > 0
}

import { notice } from '../notice.ts'
import type { Subscription } from './topics.ts'

/** What is said for an address; absent: nothing about it. */
export interface Consent {
  /** Of all broadcasts. */
  unsubscribed?: boolean | undefined
  topics?: { id: string; subscription: Subscription }[] | undefined
}

const LEAVE_ALL = `INSERT INTO unsubscribes (address, topic_id, source_id, created_at)
VALUES (?1, '', NULL, ?2) ON CONFLICT DO NOTHING`
const RETURN = `DELETE FROM unsubscribes WHERE address = ?1 AND topic_id = ''`

const LEAVE = `INSERT INTO unsubscribes (address, topic_id, source_id, created_at)
SELECT ?1, value, NULL, ?3 FROM json_each(?2) WHERE TRUE ON CONFLICT DO NOTHING`
const NO_YES = `DELETE FROM topic_subscriptions WHERE address = ?1
AND topic_id IN (SELECT value FROM json_each(?2))`

const JOIN = `INSERT INTO topic_subscriptions (address, topic_id, created_at)
SELECT ?1, value, ?3 FROM json_each(?2) WHERE TRUE ON CONFLICT DO NOTHING`
const NO_NO = `DELETE FROM unsubscribes WHERE address = ?1
AND topic_id IN (SELECT value FROM json_each(?2))`

/** What a person (or a host application for them) says about what they want; to stand in a batch. */
export function consentStatements(
  db: D1Database,
  address: string,
  { unsubscribed, topics = [] }: Consent,
  now: number,
): D1PreparedStatement[] {
  const ids = (said: Subscription) =>
    JSON.stringify(topics.filter(({ subscription }) => subscription === said).map(({ id }) => id))
  return [
    ...(unsubscribed === undefined
      ? []
      : unsubscribed
        ? [db.prepare(LEAVE_ALL).bind(address, now)]
        : [db.prepare(RETURN).bind(address)]),
    ...(topics.length === 0
      ? []
      : [
          db.prepare(LEAVE).bind(address, ids('opt_out'), now),
          db.prepare(NO_YES).bind(address, ids('opt_out')),
          db.prepare(JOIN).bind(address, ids('opt_in'), now),
          db.prepare(NO_NO).bind(address, ids('opt_in')),
          notice(db, {
            type: 'contact.topics.updated',
            at: now,
            data: { email: address, topics },
          }),
        ]),
  ]
}

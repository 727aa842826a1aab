import { TOLD } from './contact-sql.ts'
import { type Consent, consentStatements } from './consent.ts'
import { topicsOf } from './topics.ts'

/** What a person may say on their own page. */
export interface Preferences {
  /** Has left all broadcasts. */
  unsubscribed: boolean
  topics: { id: string; name: string; description: string | null; subscribed: boolean }[]
}

/** Public topics, and the one of the link that was followed. It needs no contact. */
export async function readPreferences(
  db: D1Database,
  address: string,
  topicId: string | null,
): Promise<Preferences> {
  const left = await db
    .prepare(`SELECT 1 AS found FROM unsubscribes WHERE address = ?1 AND topic_id = ''`)
    .bind(address)
    .first()
  const topics = await topicsOf(db, address)
  return {
    unsubscribed: left !== null,
    topics: topics
      .filter(({ id, visibility }) => visibility === 'public' || id === topicId)
      .map(({ id, name, description, subscribed }) => ({
        id,
        name,
        description,
        subscribed: subscribed === 1,
      })),
  }
}

const TELL = `INSERT INTO feed (at, keys, notice)
SELECT ?2, '[]', json_object('type', 'contact.updated', 'data', ${TOLD}) FROM contacts c WHERE c.address = ?1`

/** What a person takes back or joins; who is a contact is told of. */
export async function savePreferences(
  db: D1Database,
  address: string,
  consent: Consent,
  now: number,
): Promise<void> {
  await db.batch([
    ...consentStatements(db, address, consent, now),
    db.prepare(TELL).bind(address, now),
  ])
}

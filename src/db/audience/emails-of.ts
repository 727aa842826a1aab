import { emailIdOf } from '../broadcasts/upload-recipients.ts'

export interface EmailsOf {
  /** Emails to this address alone, those of broadcasts too. */
  alone: string[]
  /** Emails to several, this address among them. */
  shared: string[]
}

const ALONE = `SELECT id FROM emails WHERE address = ?1 AND broadcast_id IS NULL`
const SHARED = `SELECT email_id AS id FROM recipients WHERE address = ?1`
/** Their ids are computed, so nothing is searched. */
const OF_BROADCASTS = `SELECT e.id FROM json_each(?2) i CROSS JOIN emails e ON e.id = i.value
WHERE e.address = ?1`

/** Every email to an address that is still kept. */
export async function emailsOf(db: D1Database, address: string): Promise<EmailsOf> {
  const broadcasts = await db.prepare('SELECT id FROM broadcasts').all<{ id: string }>()
  const ids = broadcasts.results.map(({ id }) => emailIdOf(id, address))
  const [alone, shared, broadcast] = await db.batch<{ id: string }>([
    db.prepare(ALONE).bind(address),
    db.prepare(SHARED).bind(address),
    db.prepare(OF_BROADCASTS).bind(address, JSON.stringify(ids)),
  ])
  return { alone: [...idsOf(alone), ...idsOf(broadcast)], shared: idsOf(shared) }
}

function idsOf(result: D1Result<{ id: string }> | undefined): string[] {
  return (result?.results ?? []).map(({ id }) => id)
}

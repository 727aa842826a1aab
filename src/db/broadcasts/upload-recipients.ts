import { createHash } from 'node:crypto'
import { broadcastEmailId } from '../../domain/broadcast-email-id.ts'

export interface UploadedRecipient {
  /** In normal form. */
  address: string
  name: string | null
  /** A JSON object, or null. */
  variables: string | null
}

export interface Uploaded {
  /** Addresses that were not there yet. */
  added: number
  /** Addresses that were there with another name or other variables, which are replaced. */
  replaced: number
  /** Whose id another address has: not taken. */
  collided: string[]
}

/** The id of a recipient's email: computed, so it can be asked for without an index. */
export function emailIdOf(broadcastId: string, address: string): string {
  const digest = createHash('sha256').update(`${broadcastId} ${address}`).digest()
  return broadcastEmailId(broadcastId, digest)
}

const IS_DRAFT = `EXISTS (SELECT 1 FROM broadcasts WHERE id = ?2 AND state = 'draft')`

const ADD = `INSERT INTO emails (id, broadcast_id, content_id, address, name, variables, priority,
  doubt_policy, state)
SELECT value->>'id', ?2, ?2, value->>'address', value->>'name', value->>'variables', 'bulk',
  (SELECT doubt_policy FROM broadcasts WHERE id = ?2), 'queued'
FROM json_each(?1) WHERE ${IS_DRAFT}
ON CONFLICT (id) DO NOTHING`

const REPLACE = `UPDATE emails SET name = r.name, variables = r.variables
FROM (SELECT value->>'id' AS id, value->>'address' AS address, value->>'name' AS name,
  value->>'variables' AS variables FROM json_each(?1)) r
WHERE emails.id = r.id AND emails.broadcast_id = ?2 AND emails.address = r.address
  AND (emails.name IS NOT r.name OR emails.variables IS NOT r.variables) AND ${IS_DRAFT}`

const COLLIDED = `SELECT value->>'address' AS address FROM json_each(?1) JOIN emails e ON e.id = value->>'id'
WHERE e.address <> value->>'address'`

const STATE = `SELECT state FROM broadcasts WHERE id = ?2 AND ?1 IS NOT NULL`

/**
 * Part of an upload, each address at most once, below D1's 2 MB a value. Null: the broadcast is no
 * draft (any more) and nothing was written. Repeating it changes nothing.
 */
export async function uploadRecipients(
  db: D1Database,
  broadcastId: string,
  recipients: UploadedRecipient[],
): Promise<Uploaded | null> {
  // In the order of the keys, which writes the tree a third faster.
  const rows = JSON.stringify(
    recipients
      .map((each) => ({ id: emailIdOf(broadcastId, each.address), ...each }))
      .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  )
  const [added, replaced, collided, broadcast] = await db.batch<{ address: string; state: string }>(
    [ADD, REPLACE, COLLIDED, STATE].map((sql) =>
      sql === COLLIDED ? db.prepare(sql).bind(rows) : db.prepare(sql).bind(rows, broadcastId),
    ),
  )
  if (broadcast?.results[0]?.state !== 'draft') return null
  return {
    added: added?.meta.changes ?? 0,
    replaced: replaced?.meta.changes ?? 0,
    collided: collided?.results.map(({ address }) => address) ?? [],
  }
}

import { type NewSuppression, SUPPRESSION_DATA } from './suppression.ts'

export interface Change {
  now: number
  /** SES's account list is to be told, too. */
  mirror: boolean
}

/** What is suppressed for good already stays as it is, and nobody is told of it again. */
const NEW = `json_each(?1) WHERE NOT EXISTS
  (SELECT 1 FROM suppressions s WHERE s.address = value->>'address' AND s.until IS NULL)`

const TELL_ADDED = `INSERT INTO feed (at, keys, notice)
SELECT ?2, '[]', json_object('type', 'suppression.added', 'data', json_object('id', value->>'id',
  'email', value->>'address', 'origin', value->>'origin', 'source_id', NULL,
  'created_at', strftime('%Y-%m-%dT%H:%M:%fZ', (value->>'createdAt') / 1000.0, 'unixepoch')))
FROM ${NEW}`

const MIRROR_ADDED = `INSERT INTO suppression_mirror (address, reason, changed_at)
SELECT value->>'address', iif(value->>'origin' = 'complaint', 'COMPLAINT', 'BOUNCE'), ?2 FROM ${NEW}
ON CONFLICT (address) DO UPDATE SET reason = excluded.reason, changed_at = excluded.changed_at`

/** A pause becomes a suppression for good under the id that it has. */
const ADD = `INSERT INTO suppressions (id, address, origin, reason, source, created_at)
SELECT value->>'id', value->>'address', value->>'origin', value->>'reason', value->>'source', value->>'createdAt'
FROM ${NEW}
ON CONFLICT (address) DO UPDATE SET origin = excluded.origin, reason = excluded.reason,
  source = excluded.source, created_at = excluded.created_at, until = NULL`

const IDS = `SELECT s.address, s.id FROM suppressions s
WHERE s.address IN (SELECT value->>'address' FROM json_each(?1))`

/**
 * Suppresses addresses, each of which stands in the list once; from the moment of the commit no
 * claim sends to them. Answers their ids by address and how many were not suppressed before.
 */
export async function addSuppressions(
  db: D1Database,
  suppressions: NewSuppression[],
  { now, mirror }: Change,
): Promise<{ ids: Map<string, string>; added: number }> {
  const list = JSON.stringify(suppressions)
  const results = await db.batch<{ address: string; id: string }>([
    db.prepare(TELL_ADDED).bind(list, now),
    ...(mirror ? [db.prepare(MIRROR_ADDED).bind(list, now)] : []),
    db.prepare(ADD).bind(list),
    db.prepare(IDS).bind(list),
  ])
  const rows = results.at(-1)?.results ?? []
  return {
    ids: new Map(rows.map(({ address, id }) => [address, id])),
    added: results[0]?.meta.changes ?? 0,
  }
}

export type Removal = { addresses: string[] } | { ids: string[] }

const NAMED = {
  addresses: 's.address IN (SELECT value FROM json_each(?1))',
  ids: 's.id IN (SELECT value FROM json_each(?1))',
}

/** Lets mail to these addresses go again. Answers those that were suppressed. */
export async function removeSuppressions(
  db: D1Database,
  removal: Removal,
  { now, mirror }: Change,
): Promise<{ id: string; address: string }[]> {
  const [named, list] =
    'addresses' in removal ? [NAMED.addresses, removal.addresses] : [NAMED.ids, removal.ids]
  const json = JSON.stringify(list)
  const results = await db.batch<{ id: string; address: string }>(
    removeWhere(db, named, json, { now, mirror }),
  )
  return results.at(-1)?.results ?? []
}

const OVER = `s.address IN (SELECT address FROM suppressions WHERE until <= ?1 LIMIT 500)`

/** Pauses that are over, some at a time. Answers how many. */
export async function endPauses(db: D1Database, now: number): Promise<number> {
  const results = await db.batch<{ id: string }>(removeWhere(db, OVER, now, { now, mirror: false }))
  return results.at(-1)?.results.length ?? 0
}

function removeWhere(
  db: D1Database,
  where: string,
  parameter: string | number,
  { now, mirror }: Change,
): D1PreparedStatement[] {
  const tell = `INSERT INTO feed (at, keys, notice)
SELECT ?2, '[]', json_object('type', 'suppression.removed', 'data', ${SUPPRESSION_DATA})
FROM suppressions s WHERE ${where}`
  const mirrored = `INSERT INTO suppression_mirror (address, reason, changed_at)
SELECT s.address, NULL, ?2 FROM suppressions s WHERE ${where} AND s.until IS NULL
ON CONFLICT (address) DO UPDATE SET reason = NULL, changed_at = excluded.changed_at`
  return [
    db.prepare(tell).bind(parameter, now),
    ...(mirror ? [db.prepare(mirrored).bind(parameter, now)] : []),
    db
      .prepare(
        `DELETE FROM transient_bounces WHERE address IN (SELECT s.address FROM suppressions s WHERE ${where})`,
      )
      .bind(parameter),
    db
      .prepare(`DELETE FROM suppressions AS s WHERE ${where} RETURNING id, address`)
      .bind(parameter),
  ]
}

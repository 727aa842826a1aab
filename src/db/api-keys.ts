import type { Scope } from '../domain/api-key.ts'

const HOUR = 60 * 60 * 1000

export interface ApiKey {
  id: string
  /** SHA-256 of the whole key, hex. */
  hash: string
  scope: Scope
  /** The only domain that it may send from; null: any. Empty: that domain is gone. */
  sendsFrom: string | null
  /** Epoch milliseconds, up to an hour old; null: never. */
  lastUsedAt: number | null
}

const READ = `SELECT k.id, k.hash, k.scope, k.last_used_at AS lastUsedAt,
  iif(k.domain_id IS NULL, NULL, coalesce(d.name, '')) AS sendsFrom
FROM api_keys k LEFT JOIN domains d ON d.id = k.domain_id
WHERE k.id = ?1 AND k.revoked_at IS NULL`

/** Null: never made, or revoked. */
export async function readApiKey(db: D1Database, id: string): Promise<ApiKey | null> {
  return await db.prepare(READ).bind(id).first<ApiKey>()
}

const NOTE = `UPDATE api_keys SET last_used_at = ?2
WHERE id = ?1 AND (last_used_at IS NULL OR last_used_at <= ?3)`

/** At most once an hour, not with each request. */
export async function noteUse(
  db: D1Database,
  { id, lastUsedAt }: Pick<ApiKey, 'id' | 'lastUsedAt'>,
  now: number,
): Promise<void> {
  if (lastUsedAt !== null && lastUsedAt > now - HOUR) return
  await db
    .prepare(NOTE)
    .bind(id, now, now - HOUR)
    .run()
}

export interface NewKey {
  id: string
  name: string
  hash: string
  scope: Scope
  domainId: string | null
  now: number
}

const CREATE = `INSERT INTO api_keys (id, name, hash, scope, domain_id, created_at)
SELECT ?1, ?2, ?3, ?4, ?5, ?6
WHERE ?5 IS NULL OR EXISTS (SELECT 1 FROM domains WHERE id = ?5)`

/** False: there is no such domain. */
export async function createApiKey(db: D1Database, key: NewKey): Promise<boolean> {
  const { id, name, hash, scope, domainId, now } = key
  const { meta } = await db.prepare(CREATE).bind(id, name, hash, scope, domainId, now).run()
  return meta.changes > 0
}

/** False: there is no such key. */
export async function renameApiKey(db: D1Database, id: string, name: string): Promise<boolean> {
  const { meta } = await db
    .prepare('UPDATE api_keys SET name = ?2 WHERE id = ?1 AND revoked_at IS NULL')
    .bind(id, name)
    .run()
  return meta.changes > 0
}

/** From the moment of the commit it lets nobody in. False: there is no such key. */
export async function revokeApiKey(db: D1Database, id: string, now: number): Promise<boolean> {
  const { meta } = await db
    .prepare('UPDATE api_keys SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL')
    .bind(id, now)
    .run()
  return meta.changes > 0
}

export interface ListedKey {
  id: string
  name: string
  scope: Scope
  domain_id: string | null
  created_at: number
  last_used_at: number | null
}

const LIST = `SELECT id, name, scope, domain_id, created_at, last_used_at FROM api_keys
WHERE revoked_at IS NULL ORDER BY created_at DESC, id DESC`

/** Newest first; an installation has few of them. */
export async function listApiKeys(db: D1Database): Promise<ListedKey[]> {
  return (await db.prepare(LIST).all<ListedKey>()).results
}

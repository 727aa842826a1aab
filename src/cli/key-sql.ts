import { apiKeyId, hashApiKey, type Scope } from '../domain/api-key.ts'

// Text, since wrangler takes nothing else to another environment's database.

/** Stores the hash of a key, or its new hash when its id is known. Throws for what cannot be a key. */
export async function saveKeySql(
  key: string,
  { name, scope, now }: { name: string; scope: Scope; now: number },
): Promise<string> {
  const id = apiKeyId(key)
  if (id === null) throw new Error('An API key looks like re_<8 characters>_<32 characters>.')
  const values = [id, name, await hashApiKey(key), scope].map(quoted).join(', ')
  return (
    `INSERT INTO api_keys (id, name, hash, scope, created_at) VALUES (${values}, ${now}) ` +
    `ON CONFLICT (id) DO UPDATE SET hash = excluded.hash, scope = excluded.scope, revoked_at = NULL`
  )
}

export const LIST_KEYS_SQL =
  'SELECT id, name, scope, created_at, revoked_at FROM api_keys ORDER BY created_at'

/** Revoked keys stay listed. */
export function revokeKeySql(id: string, now: number): string {
  return (
    `UPDATE api_keys SET revoked_at = ${now} ` +
    `WHERE id = ${quoted(id)} AND revoked_at IS NULL RETURNING id`
  )
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

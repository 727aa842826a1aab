import { and, eq, isNull } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Scope } from '../domain/api-key.ts'
import { apiKeys } from './schema.ts'

export interface ApiKey {
  id: string
  /** SHA-256 of the whole key, hex. */
  hash: string
  scope: Scope
}

/** Null: never made, or revoked. */
export async function readApiKey(db: D1Database, id: string): Promise<ApiKey | null> {
  const [key] = await drizzle(db)
    .select({ id: apiKeys.id, hash: apiKeys.hash, scope: apiKeys.scope })
    .from(apiKeys)
    .where(and(eq(apiKeys.id, id), isNull(apiKeys.revoked_at)))
  return key ?? null
}

import { type BroadcastRow, readBroadcast } from '../db/broadcasts/read-broadcasts.ts'
import { readIdempotency } from '../db/idempotency.ts'
import { sha256 } from '../domain/sha256.ts'
import { keyInUse } from '../http/idempotency-key.ts'
import type { BroadcastDeps } from './deps.ts'

/** What a broadcast is made under, so that a request that is repeated makes no second one. */
export interface MadeUnder {
  key: string
  fingerprint: string
}

export async function fingerprintOf(input: object): Promise<string> {
  return await sha256(new TextEncoder().encode(JSON.stringify(input)))
}

/** Null: nothing was made under this key, or somebody has deleted it. Throws when it was made of something else. */
export async function madeBefore(
  { key, fingerprint }: MadeUnder,
  { db, now, settings }: BroadcastDeps,
): Promise<BroadcastRow | null> {
  const record = await readIdempotency(db, key, now() - settings.idempotencyMs)
  if (record === null) return null
  // Written by us.
  const id: string = JSON.parse(record.answer)
  const row = await readBroadcast(db, id)
  if (row !== null && record.fingerprint !== fingerprint) throw keyInUse()
  return row
}

export interface IdempotencyRecord {
  fingerprint: string
  /** The JSON that was answered. */
  answer: string
}

/** The answer given under this key, unless that was longer ago than `since` (epoch milliseconds). */
export async function readIdempotency(
  db: D1Database,
  key: string,
  since: number,
): Promise<IdempotencyRecord | null> {
  return await db
    .prepare('SELECT fingerprint, answer FROM idempotency WHERE key = ?1 AND created_at > ?2')
    .bind(key, since)
    .first<IdempotencyRecord>()
}

/**
 * For the batch that writes the rows it stands for. The insert fails on a key in use, and the
 * whole batch with it: whoever loses the race has written nothing.
 */
export function keepIdempotency(
  db: D1Database,
  key: string,
  record: IdempotencyRecord,
  { now, since }: { now: number; since: number },
): D1PreparedStatement[] {
  return [
    db.prepare('DELETE FROM idempotency WHERE key = ?1 AND created_at <= ?2').bind(key, since),
    db
      .prepare(
        'INSERT INTO idempotency (key, fingerprint, answer, created_at) VALUES (?1, ?2, ?3, ?4)',
      )
      .bind(key, record.fingerprint, record.answer, now),
  ]
}

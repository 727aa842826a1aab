export interface MirrorWish {
  address: string
  /** Null: it is to be taken off SES's list. */
  reason: 'BOUNCE' | 'COMPLAINT' | null
  changed_at: number
}

/** Some of what SES is still to be told. */
export async function mirrorWishes(db: D1Database, limit: number): Promise<MirrorWish[]> {
  const { results } = await db
    .prepare('SELECT address, reason, changed_at FROM suppression_mirror LIMIT ?1')
    .bind(limit)
    .all<MirrorWish>()
  return results
}

/** Only if nobody has wished anything else meanwhile. */
export async function mirrored(
  db: D1Database,
  { address, reason, changed_at }: MirrorWish,
): Promise<void> {
  await db
    .prepare(
      'DELETE FROM suppression_mirror WHERE address = ?1 AND reason IS ?2 AND changed_at = ?3',
    )
    .bind(address, reason, changed_at)
    .run()
}

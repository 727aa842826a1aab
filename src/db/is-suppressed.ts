/** Whether nothing may be sent to an address in normal form. */
export async function isSuppressed(db: D1Database, address: string): Promise<boolean> {
  const found = await db
    .prepare('SELECT 1 AS found FROM suppressions WHERE address = ?1')
    .bind(address)
    .first()
  return found !== null
}

import { holds } from './suppressions/suppression.ts'

/** Whether nothing may be sent to an address in normal form. */
export async function isSuppressed(db: D1Database, address: string, now: number): Promise<boolean> {
  const found = await db
    .prepare(`SELECT 1 AS found FROM suppressions s WHERE s.address = ?1 AND ${holds('?2')}`)
    .bind(address, now)
    .first()
  return found !== null
}

const DEFER = `UPDATE emails SET due_at = ?2, reason = ?3
WHERE id IN (SELECT value FROM json_each(?1)) AND state IN ('queued', 'scheduled')
  AND evidence_at IS NULL AND due_at < ?2`

/** A wait too long for the queue (quota spent, sending stopped): the sweeper takes these up when they are due. */
export async function deferEmails(
  db: D1Database,
  ids: string[],
  until: number,
  reason: string,
): Promise<void> {
  await db.prepare(DEFER).bind(JSON.stringify(ids), until, reason).run()
}

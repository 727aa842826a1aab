const MISSING = `SELECT coalesce(sum(answered - seen), 0) AS emails, max(minute) AS until
FROM minutes WHERE answered > seen AND minute <= ?1
  AND minute > (SELECT coalesce(max(changed_at), 0) FROM settings WHERE name = 'events_missing_until')`

const REMEMBER = `INSERT INTO settings (name, value, changed_at) VALUES ('events_missing_until', '', ?1)
ON CONFLICT (name) DO UPDATE SET changed_at = max(changed_at, excluded.changed_at)`

export interface MissingEvents {
  /** Emails that SES answered 200 and whose Send event never came. */
  emails: number
  /** The last minute of a claim among them, epoch milliseconds. */
  until: number
}

/** What is missing of emails claimed up to a moment and was not reported before; null: nothing. */
export async function missingEvents(db: D1Database, upTo: number): Promise<MissingEvents | null> {
  const row = await db.prepare(MISSING).bind(upTo).first<{ emails: number; until: number | null }>()
  return row === null || row.until === null ? null : { emails: row.emails, until: row.until }
}

/** After it was reported: a crash in between reports it twice. */
export async function rememberReported(db: D1Database, until: number): Promise<void> {
  await db.prepare(REMEMBER).bind(until).run()
}

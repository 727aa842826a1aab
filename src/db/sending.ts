/** The statement that claims emails reads this setting: `paused` stops sending at once. */
const SET = `INSERT INTO settings (name, value, changed_at) VALUES ('sending', ?1, ?2)
ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at
WHERE value <> excluded.value`

export type Sending = 'paused' | 'running'

export async function setSending(db: D1Database, sending: Sending, now: number): Promise<void> {
  await db.prepare(SET).bind(sending, now).run()
}

export interface DatabaseState {
  sending: Sending
  sizeBytes: number
}

/** Throws when D1 cannot be read. */
export async function readDatabaseState(db: D1Database): Promise<DatabaseState> {
  const { results, meta } = await db
    .prepare(`SELECT value FROM settings WHERE name = 'sending'`)
    .all<{ value: string }>()
  return {
    sending: results[0]?.value === 'paused' ? 'paused' : 'running',
    sizeBytes: meta.size_after,
  }
}

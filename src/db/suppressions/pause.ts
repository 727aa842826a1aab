import { isSuppressionBounce, type MailEvent } from '../../domain/event.ts'

/** So many transient bounces of an address within so long pause it for as long. */
export interface PauseRule {
  bounces: number
  /** Milliseconds. */
  ms: number
}

/** Whether an event counts towards a pause of its recipient. */
export function pauses(event: MailEvent): boolean {
  return event.type === 'bounce' && event.bounceType === 'Transient' && !isSuppressionBounce(event)
}

const TRANSIENT = `recipient IS NOT NULL AND j->'detail'->>'bounceType' = 'Transient'
  AND j->>'transient_bounce_at' IS NOT NULL`

const KEEP = `INSERT INTO transient_bounces (address, at, email_id)
SELECT recipient, at, id FROM fresh WHERE ${TRANSIENT} ON CONFLICT DO NOTHING`

/** ?3: now, ?4: how long, ?5: how many. */
const DUE = `FROM fresh WHERE ${TRANSIENT} AND (SELECT count(*) FROM transient_bounces t
  WHERE t.address = recipient AND t.at > ?3 - ?4) >= ?5`

const TELL = `INSERT INTO feed (at, keys, notice)
SELECT ?3, '[]', json_object('type', 'suppression.added', 'data', json_object('id', j->>'suppressionId',
  'email', recipient, 'origin', 'bounce', 'source_id', max(id), 'created_at', ?6,
  'ses', json_object('until', ?7)))
${DUE} AND NOT EXISTS (SELECT 1 FROM suppressions s
  WHERE s.address = recipient AND (s.until IS NULL OR s.until > ?3))
GROUP BY recipient`

/** A pause is not made longer by what bounces meanwhile. */
const PAUSE = `INSERT INTO suppressions (address, id, origin, source_id, created_at, until, reason)
SELECT recipient, j->>'suppressionId', 'bounce', max(id), ?3, ?3 + ?4, 'transient bounces'
${DUE} GROUP BY recipient
ON CONFLICT (address) DO UPDATE SET source_id = excluded.source_id, created_at = excluded.created_at,
  until = excluded.until WHERE suppressions.until <= ?3`

/** Of one recording: the bounces that were new are kept, and who has too many of them is paused. */
export function pausing(
  db: D1Database,
  fresh: string,
  { list, recording, now, rule }: { list: string; recording: string; now: number; rule: PauseRule },
): D1PreparedStatement[] {
  const since = [list, recording, now, rule.ms, rule.bounces] as const
  const times = [new Date(now).toISOString(), new Date(now + rule.ms).toISOString()] as const
  return [
    db.prepare(`${fresh}\n${KEEP}`).bind(list, recording),
    db.prepare(`${fresh}\n${TELL}`).bind(...since, ...times),
    db.prepare(`${fresh}\n${PAUSE}`).bind(...since),
  ]
}

const FORGET = `DELETE FROM transient_bounces WHERE (address, at, email_id) IN
  (SELECT address, at, email_id FROM transient_bounces WHERE at <= ?1 LIMIT 1000)`

/** What is too old to count. */
export async function forgetTransientBounces(db: D1Database, upTo: number): Promise<void> {
  await db.prepare(FORGET).bind(upTo).run()
}

import { INCIDENTS, type Incident, type OpenIncident } from '../domain/incident.ts'
import { noticeOfChange } from './notice.ts'

interface Row {
  name: string
  reason: string
  began_at: number
  seen_at: number
}

const OPEN = `SELECT substr(name, 10) AS name, value->>'reason' AS reason, value->>'began_at' AS began_at,
  changed_at AS seen_at FROM settings WHERE name BETWEEN 'incident:' AND 'incident;'`

export async function openIncidents(db: D1Database): Promise<OpenIncident[]> {
  const { results } = await db.prepare(OPEN).all<Row>()
  return results.flatMap(({ name, reason, began_at, seen_at }) => {
    const incident = INCIDENTS.find((each) => each === name)
    return incident === undefined ? [] : [{ incident, reason, beganAt: began_at, seenAt: seen_at }]
  })
}

/** An email to the operators, its addresses as they stand in headers. */
export interface Alert {
  id: string
  from: string
  to: string
  subject: string
  text: string
  expiresAt: number
}

const BEGIN = `INSERT INTO settings (name, value, changed_at)
VALUES ('incident:' || ?1, json_object('reason', ?2, 'began_at', ?3), ?3) ON CONFLICT DO NOTHING`

/** False: another sweep was faster. The word of it and the email stand in the same batch. */
export async function beginIncident(
  db: D1Database,
  begun: { incident: Incident; reason: string; now: number; alert: Alert | null },
): Promise<boolean> {
  const { incident, reason, now, alert } = begun
  const data = { state: 'began', reason, began_at: iso(now) }
  const [result] = await db.batch([
    db.prepare(BEGIN).bind(incident, reason, now),
    noticeOfChange(db, { type: `system.${incident}`, at: now, data }),
    ...alertOfChange(db, alert, now),
  ])
  return result?.meta.changes === 1
}

const END = `DELETE FROM settings WHERE name = 'incident:' || ?1 AND value->>'began_at' = ?2`

/** False: another sweep was faster. */
export async function endIncident(
  db: D1Database,
  ended: { open: OpenIncident; now: number; alert: Alert | null },
): Promise<boolean> {
  const { open, now, alert } = ended
  const { incident, reason, beganAt } = open
  const data = { state: 'ended', reason, began_at: iso(beganAt), ended_at: iso(now) }
  const [result] = await db.batch([
    db.prepare(END).bind(incident, beganAt),
    noticeOfChange(db, { type: `system.${incident}`, at: now, data }),
    ...alertOfChange(db, alert, now),
  ])
  return result?.meta.changes === 1
}

/** It is still going on. */
export async function seeIncident(db: D1Database, incident: Incident, now: number): Promise<void> {
  await db
    .prepare(`UPDATE settings SET changed_at = ?2 WHERE name = 'incident:' || ?1`)
    .bind(incident, now)
    .run()
}

/** Each only when the statement just before it in the batch wrote a row. */
const CONTENT = `INSERT INTO contents (id, last_email_id, sender, subject, text, pixel, ses_tracking)
SELECT ?1, ?1, ?2, ?3, ?4, 0, 0 WHERE changes() > 0`
const EMAIL = `INSERT INTO emails (id, content_id, address, priority, doubt_policy, state, due_at, expires_at)
SELECT ?1, ?1, ?2, 'high', 'resend', 'queued', ?3, ?4 WHERE changes() > 0`

function alertOfChange(db: D1Database, alert: Alert | null, now: number): D1PreparedStatement[] {
  if (alert === null) return []
  const { id, from, to, subject, text, expiresAt } = alert
  return [
    db.prepare(CONTENT).bind(id, from, subject, text),
    db.prepare(EMAIL).bind(id, to, now, expiresAt),
  ]
}

const SIGNS = `SELECT (SELECT value FROM settings WHERE name = 'sending') AS sending,
  (SELECT count(*) FROM dead_letters WHERE created_at > ?1) AS dead_letters,
  (SELECT count(*) FROM emails WHERE priority IN ('high', 'normal', 'bulk') AND due_at <= ?2 + ?3
    AND state = 'in_doubt' AND canary = 0 AND claimed_at <= ?2) AS old_doubts`

/** Dead letters since a moment, and emails claimed before another that are in doubt still. */
export async function readSigns(
  db: D1Database,
  {
    lettersSince,
    doubtsBefore,
    windowMs,
  }: Record<'lettersSince' | 'doubtsBefore' | 'windowMs', number>,
): Promise<{ paused: boolean; deadLetters: number; oldDoubts: number }> {
  const row = await db
    .prepare(SIGNS)
    .bind(lettersSince, doubtsBefore, windowMs)
    .first<{ sending: string | null; dead_letters: number; old_doubts: number }>()
  return {
    paused: row?.sending === 'paused',
    deadLetters: row?.dead_letters ?? 0,
    oldDoubts: row?.old_doubts ?? 0,
  }
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}

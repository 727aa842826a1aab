import { parseAttemptId } from '../domain/attempt.ts'
import { eventKey, type MailEvent, suppressionReason } from '../domain/event.ts'
import { type Fact, factsOf } from '../domain/facts.ts'
import { suppressionId } from '../domain/suppression-id.ts'
import { localFeed } from './local-events.ts'
import { type PauseRule, pauses, pausing } from './suppressions/pause.ts'

/** One JSON parameter stays far below D1's 2 MB a value. */
const MAX_JSON = 1_000_000

export interface Recording {
  now: number
  minuteMs: number
  /** Fresh for every try: effects are applied only for the events that this recording inserted. */
  newRecording: () => string
  /** Absent: transient bounces pause nobody. */
  pause?: PauseRule | undefined
}

/** What is known of one recipient; the rest is known of the email. */
const RECIPIENT_FACTS = [
  'delivered_at',
  'delay_first_at',
  'delay_last_at',
  'transient_bounce_at',
  'permanent_bounce_at',
  'suppressed_at',
  'complained_at',
] as const satisfies Fact[]

const EMAIL_FACTS = [
  ...RECIPIENT_FACTS,
  'send_event_at',
  'rejected_at',
  'render_failed_at',
  'ses_open_at',
  'pixel_open_at',
  'first_click_at',
] as const satisfies Fact[]

const INSERT = `INSERT INTO events (email_id, key, type, at, recorded_at, recipient, recording, detail)
SELECT value->>'id', value->>'key', value->>'type', value->>'at', ?3, value->>'recipient', ?2, value->'detail'
FROM json_each(?1)
WHERE EXISTS (SELECT 1 FROM emails WHERE id = value->>'id')
ON CONFLICT DO NOTHING`

/** The events of the batch that were new: every effect joins on them. */
const FRESH = `WITH fresh AS (SELECT value AS j, value->>'id' AS id, value->>'attempt' AS attempt,
  value->>'messageId' AS message_id, value->>'recipient' AS recipient, value->>'type' AS type,
  value->>'at' AS at FROM json_each(?1)
  WHERE EXISTS (SELECT 1 FROM events v
    WHERE v.email_id = value->>'id' AND v.key = value->>'key' AND v.recording = ?2))`

/** Counted once per attempt that was answered, by the Send event of that very attempt. */
const COUNT_SEEN = `${FRESH}
INSERT INTO minutes (minute, answered, seen, seen_at)
SELECT e.claimed_at / CAST(?3 AS INTEGER) * CAST(?3 AS INTEGER), 0, count(DISTINCT e.id), ?4
FROM fresh JOIN emails e ON e.id = fresh.id AND e.attempt = fresh.attempt
WHERE fresh.type = 'send' AND e.accepted_at IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM events v WHERE v.email_id = e.id AND v.recording <> ?2
    AND v.key >= e.attempt || '|send|' AND v.key < e.attempt || '|send}')
GROUP BY 1
ON CONFLICT (minute) DO UPDATE SET seen = seen + excluded.seen, seen_at = coalesce(seen_at, excluded.seen_at)`

/** Emails of which a fact was not known yet, counted before it is merged. */
const COUNT_FACTS = `${FRESH}
UPDATE broadcasts SET sent = broadcasts.sent + n.sent, delivered = broadcasts.delivered + n.delivered,
  bounced = broadcasts.bounced + n.bounced, complained = broadcasts.complained + n.complained,
  opened = broadcasts.opened + n.opened, clicked = broadcasts.clicked + n.clicked
FROM (SELECT e.broadcast_id AS id,
  count(DISTINCT iif(e.evidence_at IS NULL, e.id, NULL)) AS sent,
  ${firstOf('delivered_at')} AS delivered, ${firstOf('permanent_bounce_at')} AS bounced,
  ${firstOf('complained_at')} AS complained, ${firstOf('first_click_at')} AS clicked,
  count(DISTINCT iif(e.ses_open_at IS NULL AND e.pixel_open_at IS NULL
    AND coalesce(j->>'ses_open_at', j->>'pixel_open_at') IS NOT NULL, e.id, NULL)) AS opened
  FROM fresh JOIN emails e ON e.id = fresh.id WHERE e.broadcast_id IS NOT NULL GROUP BY 1) n
WHERE broadcasts.id = n.id`

const MERGE_RECIPIENTS = `${FRESH}
UPDATE recipients SET ${RECIPIENT_FACTS.map(mergeInto('recipients')).join(', ')}
FROM (SELECT id, recipient, ${RECIPIENT_FACTS.map(gathered).join(', ')}
  FROM fresh WHERE recipient IS NOT NULL GROUP BY id, recipient) n
WHERE recipients.email_id = n.id AND recipients.address = n.recipient`

/** A fact of a recipient who has a row is lifted from there; all else is the email's own. */
const OWN = `CASE WHEN EXISTS (SELECT 1 FROM recipients r
  WHERE r.email_id = fresh.id AND r.address = fresh.recipient) THEN 1 ELSE 0 END`

/** Any event with our tag proves the acceptance and settles whatever we believed. */
const MERGE_EMAILS = `${FRESH}
UPDATE emails SET ${EMAIL_FACTS.map(mergeInto('emails')).join(', ')},
  evidence_at = min(coalesce(emails.evidence_at, n.at), n.at),
  ses_message_id = coalesce(emails.ses_message_id, n.message_id),
  state = 'sent', lease_until = NULL, due_at = NULL, reason = NULL
FROM (SELECT id, min(at) AS at, min(message_id) AS message_id, ${EMAIL_FACTS.map(gatheredOwn).join(', ')}
  FROM (SELECT fresh.*, ${OWN} AS lifted FROM fresh) fresh GROUP BY id) n
WHERE emails.id = n.id`

/** Complaint, bounces, delays and delivery of any recipient; suppressed only if all are. */
const LIFT = `${FRESH}
UPDATE emails SET ${RECIPIENT_FACTS.map(mergeInto('emails')).join(', ')}
FROM (SELECT email_id AS id,
  ${RECIPIENT_FACTS.filter((fact) => fact !== 'suppressed_at')
    .map((fact) => `${pickOf(fact)}(${fact}) AS ${fact}`)
    .join(', ')},
  CASE WHEN count(*) = count(suppressed_at) THEN max(suppressed_at) END AS suppressed_at
  FROM recipients WHERE left_out IS NULL AND email_id IN (SELECT id FROM fresh) GROUP BY email_id) n
WHERE emails.id = n.id`

/** Of a feedback notification or an email that is gone there is no event row: it suppresses all the same. */
const SUPPRESSES = `value->>'suppress' IS NOT NULL AND value->>'recipient' IS NOT NULL
  AND (EXISTS (SELECT 1 FROM events v WHERE v.email_id = value->>'id' AND v.key = value->>'key' AND v.recording = ?2)
    OR NOT EXISTS (SELECT 1 FROM emails e WHERE e.id = value->>'id'))`

/** Before the rows are there: only what becomes suppressed is told. Of both reasons a complaint weighs more. */
const TELL_SUPPRESSED = `INSERT INTO feed (at, keys, notice)
SELECT ?3, '[]', json_object('type', 'suppression.added', 'data', json_object('id', value->>'suppressionId',
  'email', value->>'recipient', 'origin', max(value->>'suppress'), 'source_id', value->>'id', 'created_at', ?4))
FROM json_each(?1) WHERE ${SUPPRESSES}
  AND NOT EXISTS (SELECT 1 FROM suppressions s
    WHERE s.address = value->>'recipient' AND s.until IS NULL)
GROUP BY value->>'recipient'`

/** A complaint weighs more than a bounce, and either more than a pause. */
const SUPPRESS = `INSERT INTO suppressions (address, id, origin, source_id, created_at, reason)
SELECT value->>'recipient', value->>'suppressionId', value->>'suppress', value->>'id', ?3,
  coalesce(value->'detail'->>'diagnostic', value->'detail'->>'subType') FROM json_each(?1)
WHERE ${SUPPRESSES}
ON CONFLICT (address) DO UPDATE SET origin = excluded.origin, source_id = excluded.source_id,
  reason = excluded.reason, until = NULL
  WHERE suppressions.until IS NOT NULL
    OR (excluded.origin = 'complaint' AND suppressions.origin = 'bounce')`

/**
 * Records events and their effects, a batch all or nothing. A repeated event finds its key and has
 * no effect; facts are merged by min and max, so order does not matter. Throws when D1 is away.
 */
export async function recordEvents(
  db: D1Database,
  events: MailEvent[],
  { now, minuteMs, newRecording, pause }: Recording,
): Promise<void> {
  for (const part of parts(await Promise.all(events.map(row)))) {
    const recording = newRecording()
    const list = `[${part.map(({ json }) => json).join(',')}]`
    const ids = JSON.stringify([...new Set(part.map(({ id }) => id).filter((id) => id !== null))])
    const rule = part.some((each) => each.pauses) ? pause : undefined
    await db.batch([
      db.prepare(INSERT).bind(list, recording, now),
      db.prepare(COUNT_SEEN).bind(list, recording, minuteMs, now),
      db.prepare(COUNT_FACTS).bind(list, recording),
      db.prepare(MERGE_RECIPIENTS).bind(list, recording),
      db.prepare(MERGE_EMAILS).bind(list, recording),
      db.prepare(LIFT).bind(list, recording),
      ...(rule === undefined ? [] : pausing(db, FRESH, { list, recording, now, rule })),
      db.prepare(TELL_SUPPRESSED).bind(list, recording, now, new Date(now).toISOString()),
      db.prepare(SUPPRESS).bind(list, recording, now),
      localFeed(db, { ids, now, recording }),
    ])
  }
}

interface Row {
  id: string | null
  json: string
  pauses: boolean
}

async function row(event: MailEvent): Promise<Row> {
  const id = event.attempt === null ? null : (parseAttemptId(event.attempt)?.emailId ?? null)
  const { type, attempt, at, recipient, messageId, ...detail } = event
  const suppress = suppressionReason(event)
  const json = JSON.stringify({
    id,
    key: eventKey(event),
    type,
    attempt,
    at,
    recipient,
    messageId,
    suppress,
    ...((suppress !== null || pauses(event)) &&
      recipient !== null && { suppressionId: await suppressionId(recipient) }),
    detail: { ...detail, attempt, messageId },
    ...Object.fromEntries(factsOf(event).map((fact) => [fact, at])),
  })
  return { id, json, pauses: pauses(event) }
}

function* parts(rows: Row[]): Generator<Row[]> {
  let part: Row[] = []
  let size = 0
  for (const next of rows) {
    if (size + next.json.length > MAX_JSON && part.length > 0) {
      yield part
      part = []
      size = 0
    }
    part.push(next)
    size += next.json.length
  }
  if (part.length > 0) yield part
}

/** SQLite's min(NULL, x) is NULL, so an unknown fact takes the new value first. */
function mergeInto(table: string): (fact: Fact) => string {
  return (fact) => {
    const pick = pickOf(fact)
    const known = `${table}.${fact}`
    return `${fact} = coalesce(${pick}(${known}, n.${fact}), ${known}, n.${fact})`
  }
}

function gathered(fact: Fact): string {
  return `${pickOf(fact)}(j->>'${fact}') AS ${fact}`
}

function gatheredOwn(fact: Fact): string {
  const liftable = RECIPIENT_FACTS.some((each) => each === fact)
  return liftable
    ? `${pickOf(fact)}(CASE WHEN NOT lifted THEN j->>'${fact}' END) AS ${fact}`
    : gathered(fact)
}

function firstOf(fact: Fact): string {
  return `count(DISTINCT iif(e.${fact} IS NULL AND j->>'${fact}' IS NOT NULL, e.id, NULL))`
}

function pickOf(fact: Fact): 'min' | 'max' {
  return fact === 'delay_last_at' ? 'max' : 'min'
}

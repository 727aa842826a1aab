import { changeAndTell, tellDue } from './tell-change.ts'

const START_DUE = `UPDATE broadcasts SET state = 'sending', started_at = ?1, changed_at = ?1
WHERE state = 'scheduled' AND scheduled_at <= ?1 RETURNING id`

/** Scheduled broadcasts whose time has come; their ids. */
export async function startDueBroadcasts(db: D1Database, now: number): Promise<string[]> {
  const [, started] = await db.batch<{ id: string }>([
    tellDue(db, now),
    db.prepare(START_DUE).bind(now),
  ])
  return (started?.results ?? []).map(({ id }) => id)
}

const PAUSE = `UPDATE broadcasts SET state = 'paused', reason = ?3, changed_at = ?2
WHERE id = ?1 AND state = 'sending'`

/** Works at once: the claim asks for the state. */
export async function pauseBroadcast(
  db: D1Database,
  id: string,
  now: number,
  reason: string | null,
): Promise<boolean> {
  return await changeAndTell(db, [db.prepare(PAUSE).bind(id, now, reason)], {
    id,
    type: 'broadcast.paused',
    reason,
    now,
  })
}

const BRAKE = `UPDATE broadcasts SET state = 'braked', reason = ?3, changed_at = ?2
WHERE id = ?1 AND state = 'sending'`

export async function brakeBroadcast(
  db: D1Database,
  id: string,
  now: number,
  reason: string,
): Promise<boolean> {
  return await changeAndTell(db, [db.prepare(BRAKE).bind(id, now, reason)], {
    id,
    type: 'broadcast.braked',
    reason,
    now,
  })
}

/**
 * Released and unfinished ranges wait again: their jobs may be gone, and a job too many claims
 * nothing. One that holds a lease stays released: leases that run out are looked for there, and the
 * sweeper gives it a new job.
 */
const UNRELEASE = `UPDATE ranges SET state = 'waiting', released_at = NULL
WHERE broadcast_id = ?1 AND state = 'released'
  AND NOT EXISTS (SELECT 1 FROM emails e WHERE e.id BETWEEN ranges.first_id AND ranges.last_id
    AND e.broadcast_id = ?1 AND e.state = 'sending')
  AND EXISTS (SELECT 1 FROM broadcasts WHERE id = ?1 AND state IN ('paused', 'braked'))`

/** A person's word ends the brake: what had happened by then is not held against it again. */
const RESUME = `UPDATE broadcasts SET state = 'sending', reason = NULL, changed_at = ?2,
  brake = CASE WHEN state = 'braked' THEN json_set(brake, '$.forgiven',
    json_object('sent', sent, 'delivered', delivered, 'bounced', bounced, 'complained', complained)) ELSE brake END
WHERE id = ?1 AND state IN ('paused', 'braked')`

export async function resumeBroadcast(db: D1Database, id: string, now: number): Promise<boolean> {
  const statements = [db.prepare(UNRELEASE).bind(id), db.prepare(RESUME).bind(id, now)]
  return await changeAndTell(db, statements, { id, type: 'broadcast.resumed', now })
}

const CANCEL = `UPDATE broadcasts SET state = 'canceled', reason = 'canceled', changed_at = ?2, ended_at = ?2
WHERE id = ?1 AND state IN ('sending', 'paused', 'braked')`

/** Works at once, whatever the size; the rows are closed in the background. */
export async function cancelBroadcast(db: D1Database, id: string, now: number): Promise<boolean> {
  return await changeAndTell(db, [db.prepare(CANCEL).bind(id, now)], {
    id,
    type: 'broadcast.canceled',
    now,
  })
}

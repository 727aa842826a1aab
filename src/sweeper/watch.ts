import {
  type Alert,
  beginIncident,
  endIncident,
  openIncidents,
  readSigns,
  seeIncident,
} from '../db/incidents.ts'
import { uuidv7 } from '../domain/id.ts'
import {
  type Incident,
  type IncidentChange,
  incidentChanges,
  mayBeCredentials,
  seenIn,
} from '../domain/incident.ts'
import type { SweepDeps } from './sweeping.ts'

const HOUR = 60 * 60 * 1000
/** A new dead letter within it belongs to the same incident. */
const LATELY = HOUR
/** Sweeps in which nothing must be seen before an incident has ended. */
const QUIET_SWEEPS = 5
/** Nobody wants yesterday's alarm, nor all of them at once when sending goes on. */
const ALERT_EXPIRES = 12 * HOUR

/** Tells of each incident once when it begins and once when it ends. */
export async function watch(deps: SweepDeps): Promise<void> {
  const { db, settings } = deps
  const now = deps.now()
  const open = await openIncidents(db)
  const signs = await readSigns(db, {
    lettersSince: now - LATELY,
    doubtsBefore: now - settings.oldDoubtMs,
    windowMs: settings.windowMs,
  })
  const stopped = await deps.stopped()
  const wasRefused = open.some(({ incident }) => incident === 'credentials_refused')
  const credentials = wasRefused || mayBeCredentials(stopped) ? await deps.credentials() : null
  const seen = seenIn({ ...signs, stopped, credentials })
  const quietMs = QUIET_SWEEPS * settings.sweepMs
  for (const change of incidentChanges(seen, open, { now, quietMs })) await tell(change, now, deps)
}

async function tell(change: IncidentChange, now: number, deps: SweepDeps): Promise<void> {
  const { db } = deps
  if (change.type === 'goes on') return await seeIncident(db, change.open.incident, now)
  const { incident, reason } = change.type === 'began' ? change : change.open
  const alert = alertOf({ incident, reason, state: change.type }, now, deps)
  const isFirst =
    change.type === 'began'
      ? await beginIncident(db, { incident, reason, now, alert })
      : await endIncident(db, { open: change.open, now, alert })
  if (!isFirst) return
  const log = change.type === 'began' ? console.error : console.info
  log(`incident ${change.type}`, { incident, reason })
  if (alert === null) return
  await deps.queue.enqueue([{ id: alert.id, recipients: 1, priority: 'high', dueAt: null }], now)
}

const TITLES: Record<Incident, string> = {
  sending_paused: 'Sending is paused',
  quota_spent: 'The sending quota is spent',
  credentials_refused: 'AWS refuses the credentials',
  dead_letter: 'Jobs were given up',
  old_doubt: 'Emails stay in doubt',
}

/** An email like any other: one that cannot be sent waits for the end of what it tells of. */
function alertOf(
  told: { incident: Incident; reason: string; state: 'began' | 'ended' },
  now: number,
  { alerts, random }: SweepDeps,
): Alert | null {
  if (alerts === null) return null
  const { from, to, environment } = alerts
  const title = TITLES[told.incident]
  const at = new Date(now).toISOString()
  return {
    id: uuidv7(now, 0, random(8)),
    from,
    to,
    subject: `[Aerogram ${environment}] ${title}${told.state === 'ended' ? ': over' : ''}`,
    text: `${title}: ${told.reason}.\n\nThis ${told.state} at ${at}. GET /health shows how things stand.\n`,
    expiresAt: now + ALERT_EXPIRES,
  }
}

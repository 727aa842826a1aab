/** Trouble that operators are told of once when it begins and once when it ends. */
export const INCIDENTS = [
  'sending_paused',
  'quota_spent',
  'credentials_refused',
  'dead_letter',
  'old_doubt',
] as const
export type Incident = (typeof INCIDENTS)[number]

/** What a sweep sees, with the reason in words that name no address. */
export type Seen = ReadonlyMap<Incident, string>

export interface Signs {
  /** Operators have stopped sending. */
  paused: boolean
  /** Why the Governor grants nothing, or null. */
  stopped: string | null
  /** What AWS says of our credentials; null: it was not asked, or gave no answer. */
  credentials: 'accepted' | 'refused' | null
  /** Jobs that were given up lately. */
  deadLetters: number
  /** Emails that have been in doubt for longer than an hour. */
  oldDoubts: number
}

export const PAUSED_BY_HAND = 'paused by hand'

export function seenIn({ paused, stopped, credentials, deadLetters, oldDoubts }: Signs): Seen {
  const seen = new Map<Incident, string>()
  if (paused) seen.set('sending_paused', PAUSED_BY_HAND)
  else if (stopped !== null && isPause(stopped)) seen.set('sending_paused', stopped)
  if (stopped === 'quota spent') seen.set('quota_spent', 'the 24-hour quota of SES is spent')
  if (credentials === 'refused') seen.set('credentials_refused', stopped ?? 'AWS refuses them')
  if (deadLetters > 0) seen.set('dead_letter', counted(deadLetters, 'job', 'given up lately'))
  if (oldDoubts > 0) seen.set('old_doubt', counted(oldDoubts, 'email', 'in doubt for over an hour'))
  return seen
}

/** Whether AWS must be asked: what stops us may be our credentials. */
export function mayBeCredentials(stopped: string | null): boolean {
  return stopped !== null && stopped !== 'quota spent' && !isPause(stopped)
}

/** Of SES's exceptions and entry statuses, and of the Governor's own words. */
function isPause(stopped: string): boolean {
  return /paused|suspended|shut ?down/i.test(stopped)
}

function counted(count: number, what: string, how: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'} ${how}`
}

export interface OpenIncident {
  incident: Incident
  reason: string
  /** Epoch milliseconds. */
  beganAt: number
  seenAt: number
}

export type IncidentChange =
  | { type: 'began'; incident: Incident; reason: string }
  | { type: 'goes on'; open: OpenIncident }
  | { type: 'ended'; open: OpenIncident }

/**
 * What changed since the last sweep. What SES says comes and goes with each try, so an incident ends
 * only when nothing was seen of it for `quietMs`; a person's word ends it at once.
 */
export function incidentChanges(
  seen: Seen,
  open: OpenIncident[],
  { now, quietMs }: { now: number; quietMs: number },
): IncidentChange[] {
  const known = new Set(open.map(({ incident }) => incident))
  const began = [...seen]
    .filter(([incident]) => !known.has(incident))
    .map(([incident, reason]): IncidentChange => ({ type: 'began', incident, reason }))
  const others = open.flatMap((each): IncidentChange[] => {
    if (seen.has(each.incident)) return [{ type: 'goes on', open: each }]
    const quiet = each.reason === PAUSED_BY_HAND || now - each.seenAt >= quietMs
    return quiet ? [{ type: 'ended', open: each }] : []
  })
  return [...began, ...others]
}

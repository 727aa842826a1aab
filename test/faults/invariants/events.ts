import type { BroadcastRow, EmailRow, Evidence, Told } from '../evidence.ts'
import { emailOf, type Finding, groupBy, type Invariant } from './finding.ts'

const ABOUT_ONE = new Set(['delivery', 'bounce', 'complaint'])
const SUPPRESSED = new Set(['Suppressed', 'OnAccountSuppressionList'])

export const eventsOnce: Invariant = {
  name: 'I6',
  says: 'every event that we answered 200 for is recorded once, and none that did not happen',
  find({ ledger, events }): Finding {
    const happened = new Map(
      ledger.events.flatMap((event) => keysOf(event).map((key) => [key, event])),
    )
    const told = new Set(ledger.events.filter(wasTaken).flatMap(keysOf))
    const recorded = groupBy(
      events.filter(({ type }) => type !== 'open' && type !== 'click'),
      recordedKey,
    )
    const broken = [
      ...[...told].filter((key) => !recorded.has(key)).map((key) => `not recorded: ${key}`),
      ...[...recorded.keys()]
        .filter((key) => !happened.has(key))
        .map((key) => `never happened: ${key}`),
      ...[...recorded]
        .filter(([, times]) => times.length > 1)
        .map(([key, times]) => `recorded ${times.length} times: ${key}`),
    ]
    return { looked: told.size, broken }
  },
}

/** Events that happened and were not lost, whoever was told of them: in the end all are recorded. */
export function neverRecorded({ ledger, events }: Evidence): string[] {
  const recorded = new Set(events.map(recordedKey))
  const awaited = ledger.events.filter(({ lost }) => !lost).flatMap(keysOf)
  return awaited.filter((key) => !recorded.has(key)).map((key) => `never recorded: ${key}`)
}

function recordedKey({ type, attempt, recipient, feedback }: Evidence['events'][number]): string {
  return [type, attempt, ABOUT_ONE.has(type) ? recipient : '', feedback ?? ''].join('|')
}

/** One for each that it is about; opens and clicks are no matter of these runs. */
function keysOf({ type, attemptId, recipients, detail }: Told): string[] {
  const name = type.toLowerCase().replace(' ', '_')
  if (name === 'open' || name === 'click') return []
  const whom = ABOUT_ONE.has(name) ? recipients : ['']
  return whom.map((recipient) => [name, attemptId, recipient, detail.feedbackId ?? ''].join('|'))
}

function wasTaken({ deliveries }: Told): boolean {
  return deliveries.some(({ status }) => status >= 200 && status < 300)
}

type Counts = Omit<BroadcastRow, 'id' | 'state'>

export const countersExact: Invariant = {
  name: 'I7',
  says: 'counters of broadcasts are what a recount of their emails and of the ledger gives',
  find(evidence): Finding {
    const broken: string[] = []
    const byBroadcast = groupBy(evidence.emails, ({ broadcast_id }) => broadcast_id ?? '')
    const told = toldOf(evidence)
    for (const { id, state, ...counters } of evidence.broadcasts) {
      const own = byBroadcast.get(id) ?? []
      const counted = recount(own)
      const heard = recountTold(own, told)
      for (const [name, count] of Object.entries(counters)) {
        const rows = counted.get(name)
        const ledger = heard.get(name)
        if (count !== rows) broken.push(`${id} (${state}) says ${count} ${name}, its rows ${rows}`)
        if (ledger !== undefined && count !== ledger) {
          broken.push(`${id} (${state}) says ${count} ${name}, the ledger ${ledger}`)
        }
      }
    }
    return { looked: evidence.broadcasts.length, broken }
  },
}

function recount(emails: EmailRow[]): Map<string, number> {
  const having = (has: (email: EmailRow) => boolean) => emails.filter(has).length
  const counts: Counts = {
    sent: having(({ evidence_at }) => evidence_at !== null),
    delivered: having(({ delivered_at }) => delivered_at !== null),
    bounced: having(({ permanent_bounce_at }) => permanent_bounce_at !== null),
    complained: having(({ complained_at }) => complained_at !== null),
    opened: having(({ opened }) => opened === 1),
    clicked: having(({ first_click_at }) => first_click_at !== null),
  }
  return new Map(Object.entries(counts))
}

/** By email, what the world was heard to say of it. */
function toldOf({ ledger }: Evidence): Map<string, Set<string>> {
  const told = new Map<string, Set<string>>()
  for (const event of ledger.events.filter(wasTaken)) {
    const { type, detail } = event
    const id = emailOf(event.attemptId)
    const known = told.get(id) ?? new Set()
    if (type === 'Delivery') known.add('delivered')
    if (type === 'Complaint') known.add('complained')
    if (type === 'Bounce' && detail.bounceType === 'Permanent') {
      if (!SUPPRESSED.has(detail.bounceSubType ?? '')) known.add('bounced')
    }
    told.set(id, known)
  }
  return told
}

function recountTold(emails: EmailRow[], told: Map<string, Set<string>>): Map<string, number> {
  return new Map(
    ['delivered', 'bounced', 'complained'].map((name) => [
      name,
      emails.filter(({ id }) => told.get(id)?.has(name) === true).length,
    ]),
  )
}

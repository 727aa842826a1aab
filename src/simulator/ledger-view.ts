import type { Ledger } from './ledger.ts'
import type { AcceptedRecord, CallRecord, EventRecord } from './ledger-lines.ts'
import { eventKey } from './ses/event.ts'
import { isDelivered } from './sns/lane.ts'

/** The whole ledger; emails by attempt id, events with every try to tell them. */
export function ledgerView(ledger: Ledger): object {
  return {
    calls: [...ledger.calls.values()].map(shownCall),
    accepted: [...ledger.accepted.values()].map(shownEmail),
    events: happened(ledger).map((record) => shownEvent(record, ledger)),
    people: ledger.deeds,
  }
}

/** The same record by record, for ledgers that are too large for one answer. */
export function* ledgerRecords(ledger: Ledger): Generator<object> {
  for (const call of ledger.calls.values()) yield { call: shownCall(call) }
  for (const email of ledger.accepted.values()) yield { accepted: shownEmail(email) }
  for (const record of ledger.events.values()) {
    if (record.published) yield { event: shownEvent(record, ledger) }
  }
  for (const person of ledger.deeds) yield { person }
}

function shownCall({ id, operation, at, answered, error, fault, attempts }: CallRecord): object {
  return {
    id,
    operation,
    at,
    answered,
    attempts,
    ...(error === undefined ? {} : { error }),
    ...(fault === undefined ? {} : { fault }),
  }
}

function shownEmail({ sesMessageId, attemptId, to, subject, at }: AcceptedRecord): object {
  return { sesMessageId, attemptId, to, subject, at }
}

function shownEvent({ event, lost, deliveries }: EventRecord, ledger: Ledger): object {
  return {
    key: eventKey(event),
    type: event.type,
    sesMessageId: event.sesMessageId,
    attemptId: ledger.accepted.get(event.sesMessageId)?.attemptId ?? null,
    recipients: event.recipients,
    at: event.dueAt,
    detail: event.detail,
    lost,
    deliveries: deliveries.map(({ at, status }) => ({ at, status })),
  }
}

/** Counts only. */
export function ledgerSummary(ledger: Ledger): object {
  const events = happened(ledger)
  const accepted = [...ledger.accepted.values()]
  return {
    calls: countBy([...ledger.calls.values()].map(({ operation }) => operation)),
    answered: countBy([...ledger.calls.values()].map(({ answered }) => String(answered ?? 'cut'))),
    accepted: accepted.length,
    attempts: new Set(accepted.map(({ attemptId, sesMessageId }) => attemptId ?? sesMessageId))
      .size,
    recipients: accepted.reduce((sum, { to }) => sum + to.length, 0),
    /** What happened, by type. */
    events: countBy(events.map(({ event }) => event.type)),
    /** What at least one subscriber answered 2xx for, by type. */
    told: countBy(events.filter(isTold).map(({ event }) => event.type)),
    lost: events.filter(({ lost }) => lost).length,
    pending: [...ledger.events.values()].filter((record) => !isSettled(record)).length,
    people: countBy(ledger.deeds.map(({ does }) => does)),
    deadLetters: ledger.deadLetters.length,
  }
}

function happened(ledger: Ledger): EventRecord[] {
  return [...ledger.events.values()].filter(({ published }) => published)
}

export function isTold({ deliveries }: EventRecord): boolean {
  return deliveries.some(({ status }) => isDelivered(status))
}

/** Lost, or told to the end to everybody who wanted to know. */
export function isSettled({ published, lost, awaited, deliveries }: EventRecord): boolean {
  return lost || (published && deliveries.filter(({ final }) => final).length >= awaited)
}

function countBy(names: string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

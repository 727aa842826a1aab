import type { Ledger } from './ledger.ts'
import type { EventRecord } from './ledger-lines.ts'
import { eventKey } from './ses/event.ts'
import { isDelivered } from './sns/lane.ts'

/** The whole ledger; emails by attempt id, events with every try to tell them. */
export function ledgerView(ledger: Ledger): object {
  return {
    calls: [...ledger.calls.values()].map(
      ({ id, operation, at, answered, error, fault, attempts }) => ({
        id,
        operation,
        at,
        answered,
        attempts,
        ...(error === undefined ? {} : { error }),
        ...(fault === undefined ? {} : { fault }),
      }),
    ),
    accepted: [...ledger.accepted.values()].map(({ sesMessageId, attemptId, to, subject, at }) => ({
      sesMessageId,
      attemptId,
      to,
      subject,
      at,
    })),
    events: happened(ledger).map(({ event, lost, deliveries }) => ({
      key: eventKey(event),
      type: event.type,
      sesMessageId: event.sesMessageId,
      attemptId: ledger.accepted.get(event.sesMessageId)?.attemptId ?? null,
      recipients: event.recipients,
      at: event.dueAt,
      detail: event.detail,
      lost,
      deliveries: deliveries.map(({ at, status }) => ({ at, status })),
    })),
    people: ledger.deeds,
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

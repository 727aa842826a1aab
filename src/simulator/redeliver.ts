import { setTimeout } from 'node:timers/promises'
import type { EventRecord } from './ledger-lines.ts'
import type { Ledger } from './ledger.ts'
import { isSettled } from './ledger-view.ts'
import type { Mailroom } from './ses/mailroom.ts'
import type { Publisher } from './ses/publisher.ts'
import { isDelivered } from './sns/lane.ts'

export interface RedeliveryParts {
  ledger: Ledger
  mailroom: Mailroom
  publisher: Publisher
}

const PATIENCE_MS = 60_000
const POLL_MS = 20

/**
 * Once more, under the same ids, what was answered 2xx since then (epoch milliseconds); how many.
 * Resolves when all of it was told, or after a minute.
 */
export async function redeliver(since: number, parts: RedeliveryParts): Promise<number> {
  const { ledger, mailroom, publisher } = parts
  const records: EventRecord[] = []
  let notifications = 0
  for (const record of ledger.events.values()) {
    const { event, deliveries } = record
    const only = new Set(
      deliveries
        .filter(({ status, at }) => isDelivered(status) && at >= since)
        .map(({ subscriptionArn }) => subscriptionArn),
    )
    const accepted = ledger.accepted.get(event.sesMessageId)
    if (only.size === 0 || accepted === undefined) continue
    publisher.tell(event, await mailroom.find(accepted), accepted, '', [...only])
    records.push(record)
    notifications += only.size
  }
  const deadline = Date.now() + PATIENCE_MS
  while (!records.every(isSettled) && Date.now() < deadline) await setTimeout(POLL_MS)
  return notifications
}

/** After a restart: what was due or on its way goes on. */
export async function resume({ ledger, mailroom, publisher }: RedeliveryParts): Promise<void> {
  for (const record of ledger.events.values()) {
    const accepted = ledger.accepted.get(record.event.sesMessageId)
    if (accepted === undefined) continue
    const ended = record.deliveries.filter(({ final }) => final).length
    if (record.lost || ended > 0) Object.assign(record, { published: true, awaited: ended })
    else publisher.schedule(record.event, await mailroom.find(accepted), accepted)
  }
}

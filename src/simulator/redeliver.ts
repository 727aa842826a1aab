import type { Ledger } from './ledger.ts'
import type { Mailroom } from './ses/mailroom.ts'
import type { Publisher } from './ses/publisher.ts'
import { isDelivered } from './sns/lane.ts'

export interface RedeliveryParts {
  ledger: Ledger
  mailroom: Mailroom
  publisher: Publisher
}

/** Once more, under the same ids, what was answered 2xx since then (epoch milliseconds); how many. */
export async function redeliver(since: number, parts: RedeliveryParts): Promise<number> {
  const { ledger, mailroom, publisher } = parts
  let notifications = 0
  for (const { event, deliveries } of ledger.events.values()) {
    const only = new Set(
      deliveries
        .filter(({ status, at }) => isDelivered(status) && at >= since)
        .map(({ subscriptionArn }) => subscriptionArn),
    )
    const accepted = ledger.accepted.get(event.sesMessageId)
    if (only.size === 0 || accepted === undefined) continue
    publisher.tell(event, await mailroom.find(accepted), accepted, '', [...only])
    notifications += only.size
  }
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

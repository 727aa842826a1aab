import { createHash } from 'node:crypto'
import type { Delivery } from '../ledger-lines.ts'

/** One message on one topic. Everything about it can be made again, so nothing big has to wait in memory. */
export interface Notification {
  /** SNS's MessageId: the same on every try and to every subscription. */
  id: string
  topicArn: string
  subject: string | null
  /** When it was published, epoch milliseconds. */
  at: number
  message(): string
  /** Subscriptions to tell, where not all of the topic. */
  only?: string[]
  told(delivery: Delivery): void
  /** Of the ledger, where it tells of an email. */
  eventId?: string
}

/** The same seed and topic always give the same id, of the form of a UUID. */
export function notificationId(seed: string, topicArn: string): string {
  const hex = createHash('sha256').update(`${seed} ${topicArn}`).digest('hex')
  const [a, b, c, d, e] = [
    [0, 8],
    [8, 12],
    [13, 16],
    [17, 20],
    [20, 32],
  ].map(([from, to]) => hex.slice(from, to))
  return `${a}-${b}-5${c}-8${d}-${e}`
}

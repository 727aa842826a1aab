import { z } from 'zod'
import { EVENT_TYPES } from './ses/event.ts'

const callRecord = z.strictObject({
  id: z.string(),
  operation: z.string(),
  at: z.number(),
  /** HTTP status; null when the connection was cut instead. */
  answered: z.number().nullable(),
  /** Type of the error answered. */
  error: z.string().optional(),
  /** The misbehaviour that struck it. */
  fault: z.string().optional(),
  /** Attempt ids that the request carried, whatever became of it. */
  attempts: z.array(z.string()),
  body: z.strictObject({ offset: z.number(), length: z.number() }).optional(),
})
export type CallRecord = z.infer<typeof callRecord>

const acceptedRecord = z.strictObject({
  sesMessageId: z.string(),
  /** Value of the tag that carries it. */
  attemptId: z.string().nullable(),
  /** Bare addresses of the envelope. */
  to: z.array(z.string()),
  subject: z.string(),
  at: z.number(),
  callId: z.string(),
  /** Its place among the entries of the call. */
  entry: z.number(),
  /** Recipients that the daily quota counts. */
  counted: z.number(),
})
export type AcceptedRecord = z.infer<typeof acceptedRecord>

const sesEvent = z.strictObject({
  id: z.string(),
  type: z.enum(EVENT_TYPES),
  sesMessageId: z.string(),
  recipients: z.array(z.string()),
  dueAt: z.number(),
  detail: z.record(z.string(), z.unknown()),
})

const delivery = z.strictObject({
  at: z.number(),
  /** HTTP status; 0 for no answer at all. */
  status: z.number(),
  /** SNS's id of the notification, the same on every retry. */
  notificationId: z.string(),
  subscriptionArn: z.string(),
  /** No further try will follow. */
  final: z.boolean(),
})
export type Delivery = z.infer<typeof delivery>

export interface EventRecord {
  event: z.infer<typeof sesEvent>
  published: boolean
  lost: boolean
  /** How many notifications were set out to subscribers; none where nobody wanted to know. */
  awaited: number
  deliveries: Delivery[]
}

const deadLetter = z.strictObject({
  queueArn: z.string(),
  subscriptionArn: z.string(),
  topicArn: z.string(),
  notificationId: z.string(),
  at: z.number(),
  /** What the endpoint answered last. */
  status: z.number(),
  /** The notification as it was sent. */
  body: z.string(),
})
export type DeadLetter = z.infer<typeof deadLetter>

const deed = z.strictObject({
  sesMessageId: z.string(),
  does: z.enum(['open', 'click', 'complain']),
  at: z.number(),
  /** Images on this machine that were really loaded. */
  images: z.number(),
})
/** Something a person did with an email, whether SES noticed or not. */
export type Deed = z.infer<typeof deed>

export const ledgerLine = z.union([
  z.strictObject({ call: callRecord }),
  z.strictObject({ accepted: acceptedRecord, events: z.array(sesEvent) }),
  z.strictObject({ event: sesEvent }),
  z.strictObject({ lost: z.string() }),
  z.strictObject({ eventId: z.string(), delivery }),
  z.strictObject({ deadLetter }),
  z.strictObject({ deed }),
])
export type LedgerLine = z.infer<typeof ledgerLine>

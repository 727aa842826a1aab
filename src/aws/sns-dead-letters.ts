import { z } from 'zod'
import { type AwsKey, callSqs } from './signed-call.ts'

/** SQS gives at most ten messages at once. */
const BATCH = 10
/** Asks all of SQS's servers: a short poll asks some, and finds nothing where there is something. */
const WAIT_SECONDS = 1

const received = z.object({
  Messages: z
    .array(
      z.object({
        MessageId: z.string(),
        ReceiptHandle: z.string(),
        Body: z.string(),
        Attributes: z.object({
          SentTimestamp: z.coerce.number(),
          ApproximateReceiveCount: z.coerce.number(),
        }),
      }),
    )
    .nullish(),
})

/** SQS counts what can be received, what was and is not deleted, and what is delayed, apart. */
const COUNTS = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
] as const
const count = z.coerce.number().int().nonnegative()
const attributes = z.object({
  Attributes: z.object({ [COUNTS[0]]: count, [COUNTS[1]]: count, [COUNTS[2]]: count }),
})

const removed = z.object({ Failed: z.array(z.object({ Id: z.string() })).nullish() })

export interface UndeliveredMessage {
  /** SQS's own, a UUID. */
  id: string
  /** What SNS would have posted. */
  body: string
  /** When SNS gave up, epoch milliseconds. */
  sentAt: number
  /** How often it was received, this time included. */
  receives: number
  receipt: string
}

/** The SQS queue that SNS leaves in what it could not deliver. Everything throws when SQS is away. */
export interface SnsDeadLetterQueue {
  name: string
  /** About how many messages are in it, those that somebody is at included. */
  count(): Promise<number>
  /** Up to ten; each comes again to others unless it is removed. None: there are none. */
  receive(): Promise<UndeliveredMessage[]>
  /** One that SQS would not remove comes again, which does no harm. */
  remove(receipts: string[]): Promise<void>
}

/**
 * `QueueUrl` as SQS names it, also where another endpoint is asked. Whoever received a message and is
 * not heard of again leaves it to others after `visibilitySeconds`.
 */
export function snsDeadLetterQueue(
  QueueUrl: string,
  visibilitySeconds: number,
  { endpoint, ...key }: AwsKey & { endpoint: string | undefined },
): SnsDeadLetterQueue {
  const { hostname, pathname } = new URL(QueueUrl)
  const access = { ...key, region: hostname.split('.')[1] ?? '', sqsEndpoint: endpoint }
  const call = (action: string, parameters: object) =>
    callSqs(action, { QueueUrl, ...parameters }, access)
  return {
    name: pathname.split('/').at(-1) ?? '',
    async count() {
      const answer = attributes.parse(await call('GetQueueAttributes', { AttributeNames: COUNTS }))
      return COUNTS.reduce((sum, name) => sum + answer.Attributes[name], 0)
    },
    async receive() {
      const answer = await call('ReceiveMessage', {
        MaxNumberOfMessages: BATCH,
        WaitTimeSeconds: WAIT_SECONDS,
        VisibilityTimeout: visibilitySeconds,
        MessageSystemAttributeNames: ['SentTimestamp', 'ApproximateReceiveCount'],
      })
      return (received.parse(answer).Messages ?? []).map((message) => ({
        id: message.MessageId,
        body: message.Body,
        sentAt: message.Attributes.SentTimestamp,
        receives: message.Attributes.ApproximateReceiveCount,
        receipt: message.ReceiptHandle,
      }))
    },
    async remove(receipts) {
      const Entries = receipts.map((ReceiptHandle, at) => ({ Id: String(at), ReceiptHandle }))
      const answer = removed.parse(await call('DeleteMessageBatch', { Entries }))
      const failed = answer.Failed?.length ?? 0
      if (failed > 0) console.warn('undelivered notifications come again', { failed })
    },
  }
}

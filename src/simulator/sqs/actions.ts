import { createHash } from 'node:crypto'
import { z } from 'zod'
import { sleep } from '../request.ts'
import { invalidParameter, noSuchQueue, SqsError } from './error.ts'
import { checkPolicy } from './policy.ts'
import type { Queues, Received } from './queues.ts'

const LOOK_AGAIN_MS = 50
const SECOND = 1000
const attributes = z.record(z.string(), z.string())
const QueueUrl = z.string()
const receiptHandle = z.string()

export type Action = (body: unknown, queues: Queues) => object | Promise<object>

/** Of SQS's JSON protocol, by name: as far as a dead-letter queue needs them. */
export const ACTIONS: Readonly<Record<string, Action>> = {
  CreateQueue: action(
    z.object({
      QueueName: z.string().regex(/^[A-Za-z0-9_-]{1,80}$/),
      Attributes: attributes.default({}),
    }),
    ({ QueueName, Attributes }, queues) => {
      queues.make(QueueName, checked(Attributes))
      return { QueueUrl: queues.url(QueueName) }
    },
  ),
  GetQueueUrl: action(z.object({ QueueName: z.string() }), ({ QueueName }, queues) => {
    if (!queues.has(QueueName)) throw noSuchQueue()
    return { QueueUrl: queues.url(QueueName) }
  }),
  SetQueueAttributes: action(z.object({ QueueUrl, Attributes: attributes }), (asked, queues) => {
    queues.change(nameOf(asked.QueueUrl, queues), checked(asked.Attributes))
    return {}
  }),
  GetQueueAttributes: action(
    z.object({ QueueUrl, AttributeNames: z.array(z.string()).default([]) }),
    (asked, queues) => {
      const name = nameOf(asked.QueueUrl, queues)
      const { visible, invisible } = queues.counts(name, Date.now())
      const all: Record<string, string> = {
        ...queues.attributes(name),
        QueueArn: queues.arn(name),
        ApproximateNumberOfMessages: String(visible),
        ApproximateNumberOfMessagesNotVisible: String(invisible),
        ApproximateNumberOfMessagesDelayed: '0',
      }
      const wanted = asked.AttributeNames.includes('All') ? Object.keys(all) : asked.AttributeNames
      const told = wanted.flatMap((key) => (all[key] === undefined ? [] : [[key, all[key]]]))
      return { Attributes: Object.fromEntries(told) }
    },
  ),
  SendMessage: action(z.object({ QueueUrl, MessageBody: z.string().min(1) }), (asked, queues) => {
    const { id, body } = queues.send(nameOf(asked.QueueUrl, queues), asked.MessageBody)
    return { MessageId: id, MD5OfMessageBody: md5(body) }
  }),
  ReceiveMessage: action(
    z.object({
      QueueUrl,
      MaxNumberOfMessages: z.int().min(1).max(10).default(1),
      VisibilityTimeout: z.int().min(0).max(43_200).nullable().default(null),
      WaitTimeSeconds: z.int().min(0).max(20).default(0),
      MessageSystemAttributeNames: z.array(z.string()).default([]),
    }),
    async (asked, queues) => {
      const name = nameOf(asked.QueueUrl, queues)
      const end = Date.now() + asked.WaitTimeSeconds * SECOND
      const receive = () =>
        queues.receive(name, asked.MaxNumberOfMessages, asked.VisibilityTimeout, Date.now())
      let received = receive()
      while (received.length === 0 && Date.now() < end) {
        await sleep(LOOK_AGAIN_MS)
        received = receive()
      }
      if (received.length === 0) return {}
      return { Messages: received.map((one) => told(one, asked.MessageSystemAttributeNames)) }
    },
  ),
  DeleteMessage: action(z.object({ QueueUrl, ReceiptHandle: receiptHandle }), (asked, queues) => {
    queues.remove(nameOf(asked.QueueUrl, queues), asked.ReceiptHandle)
    return {}
  }),
  DeleteMessageBatch: action(
    z.object({
      QueueUrl,
      Entries: z
        .array(z.object({ Id: z.string(), ReceiptHandle: receiptHandle }))
        .min(1)
        .max(10),
    }),
    (asked, queues) => {
      const name = nameOf(asked.QueueUrl, queues)
      const Successful: object[] = []
      const Failed: object[] = []
      for (const { Id, ReceiptHandle } of asked.Entries) {
        try {
          queues.remove(name, ReceiptHandle)
          Successful.push({ Id })
        } catch (error) {
          if (!(error instanceof SqsError)) throw error
          Failed.push({ Id, SenderFault: true, Code: error.type, Message: error.message })
        }
      }
      return { Successful, Failed }
    },
  ),
}

function action<Shape extends z.ZodType>(
  shape: Shape,
  run: (asked: z.infer<Shape>, queues: Queues) => object | Promise<object>,
): Action {
  return (body, queues) => {
    const asked = shape.safeParse(body)
    if (asked.success) return run(asked.data, queues)
    throw invalidParameter(z.prettifyError(asked.error))
  }
}

function told({ message, receipt, receives }: Received, names: string[]): object {
  const known: Record<string, string> = {
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(receives),
  }
  const wanted = Object.entries(known).filter(
    ([key]) => names.includes(key) || names.includes('All'),
  )
  return {
    MessageId: message.id,
    ReceiptHandle: receipt,
    Body: message.body,
    MD5OfBody: md5(message.body),
    ...(wanted.length === 0 ? {} : { Attributes: Object.fromEntries(wanted) }),
  }
}

function nameOf(url: string, queues: Queues): string {
  const name = url.split('/').at(-1) ?? ''
  if (queues.url(name) !== url || !queues.has(name)) throw noSuchQueue()
  return name
}

const SETTABLE = new Set(['VisibilityTimeout', 'MessageRetentionPeriod', 'Policy'])

function checked(given: Record<string, string>): Record<string, string> {
  for (const [name, value] of Object.entries(given)) {
    if (!SETTABLE.has(name)) {
      throw new SqsError('InvalidAttributeName', 400, `Unknown Attribute ${name}.`)
    }
    try {
      if (name === 'Policy') checkPolicy(value)
      else z.coerce.number().int().nonnegative().parse(value)
    } catch {
      throw new SqsError('InvalidAttributeValue', 400, `Invalid value for the parameter ${name}.`)
    }
  }
  return given
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex')
}

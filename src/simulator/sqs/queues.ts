import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { Journal, readJournal } from '../journal.ts'
import type { Home } from '../ses/mail.ts'
import { invalidParameter, noSuchQueue, SqsError } from './error.ts'
import { letsTopicSend } from './policy.ts'

const SECOND = 1000
const DEFAULTS: Readonly<Record<string, string>> = {
  VisibilityTimeout: '30',
  MessageRetentionPeriod: '345600',
}

/** What SNS could not deliver, and to whom. */
const origin = z.strictObject({
  /** Null for what is no event of an email. */
  eventId: z.string().nullable(),
  notificationId: z.string(),
  subscriptionArn: z.string(),
})
export type Origin = z.infer<typeof origin>

const message = z.strictObject({
  id: z.string(),
  queue: z.string(),
  body: z.string(),
  sentAt: z.number(),
  /** Null when somebody put it there by hand. */
  origin: origin.nullable(),
})
export type Message = z.infer<typeof message>

const line = z.union([
  z.strictObject({ queue: z.string(), attributes: z.record(z.string(), z.string()) }),
  z.strictObject({ sent: message }),
  z.strictObject({ removed: z.string() }),
  z.strictObject({ purged: z.literal(true) }),
])
type Line = z.infer<typeof line>

export interface Received {
  message: Message
  receipt: string
  receives: number
}

interface Waiting {
  message: Message
  receives: number
  visibleAt: number
}

/** SQS's queues of the account: standard ones, in no promised order, kept on disk. */
export class Queues {
  readonly #attributes = new Map<string, Record<string, string>>()
  readonly #waiting = new Map<string, Waiting>()
  readonly #journal: Journal
  readonly #home: Home
  readonly #removed: (message: Message) => void

  /** `removed` is told of each message that somebody has done with. */
  constructor(directory: string, home: Home, removed: (message: Message) => void) {
    this.#home = home
    const path = join(directory, 'queues.jsonl')
    const kept = existsSync(path) ? readJournal(path) : []
    for (const one of kept) this.#remember(line.parse(one))
    this.#journal = new Journal(path)
    this.#removed = removed
  }

  url(name: string): string {
    return `https://sqs.${this.#home.region}.amazonaws.com/${this.#home.accountId}/${name}`
  }

  arn(name: string): string {
    return `arn:aws:sqs:${this.#home.region}:${this.#home.accountId}:${name}`
  }

  has(name: string): boolean {
    return this.#attributes.has(name)
  }

  make(name: string, attributes: Record<string, string>): void {
    const known = this.#attributes.get(name)
    if (known === undefined)
      this.#write({ queue: name, attributes: { ...DEFAULTS, ...attributes } })
    else if (Object.entries(attributes).some(([key, value]) => known[key] !== value)) {
      throw new SqsError(
        'QueueNameExists',
        400,
        'A queue already exists with the same name and a different value for an attribute',
      )
    }
  }

  change(name: string, attributes: Record<string, string>): void {
    this.#write({ queue: name, attributes: { ...this.attributes(name), ...attributes } })
  }

  attributes(name: string): Record<string, string> {
    const attributes = this.#attributes.get(name)
    if (attributes === undefined) throw noSuchQueue()
    return attributes
  }

  counts(name: string, now: number): { visible: number; invisible: number } {
    const all = this.#of(name, now)
    const visible = all.filter(({ visibleAt }) => visibleAt <= now).length
    return { visible, invisible: all.length - visible }
  }

  send(name: string, body: string, from: Origin | null = null): Message {
    this.attributes(name)
    const sent = { id: randomUUID(), queue: name, body, sentAt: Date.now(), origin: from }
    this.#write({ sent })
    return sent
  }

  /** As SNS sends: only where the queue is there and its policy lets the topic. */
  sendFromSns(queueArn: string, topicArn: string, body: string, from: Origin): boolean {
    const name = queueArn.split(':').at(-1) ?? ''
    if (this.arn(name) !== queueArn || !this.has(name)) return false
    if (!letsTopicSend(this.attributes(name)['Policy'], queueArn, topicArn)) return false
    this.send(name, body, from)
    return true
  }

  receive(name: string, most: number, visibilitySeconds: number | null, now: number): Received[] {
    const seconds = visibilitySeconds ?? Number(this.attributes(name)['VisibilityTimeout'])
    const received = this.#of(name, now).filter(({ visibleAt }) => visibleAt <= now)
    return received.slice(0, most).map((waiting) => {
      waiting.receives += 1
      waiting.visibleAt = now + seconds * SECOND
      const { message, receives } = waiting
      return { message, receives, receipt: receiptOf(message.id, receives) }
    })
  }

  /** By the receipt of the last time it was received; an older one is answered well and does nothing. */
  remove(name: string, receipt: string): void {
    const [id = '', receives] = Buffer.from(receipt, 'base64url').toString().split(' ')
    if (receiptOf(id, Number(receives)) !== receipt) throw invalidReceipt()
    const waiting = this.#waiting.get(id)
    if (waiting?.message.queue !== name || waiting.receives !== Number(receives)) return
    this.#write({ removed: id })
    this.#removed(waiting.message)
  }

  /** Queues stay. */
  forget(): void {
    this.#write({ purged: true })
  }

  close(): void {
    this.#journal.close()
  }

  /** Those that are kept still. */
  #of(name: string, now: number): Waiting[] {
    const keptSince = now - Number(this.attributes(name)['MessageRetentionPeriod']) * SECOND
    return [...this.#waiting.values()].filter(
      ({ message }) => message.queue === name && message.sentAt > keptSince,
    )
  }

  #write(change: Line): void {
    this.#remember(change)
    this.#journal.append(change)
  }

  #remember(change: Line): void {
    if ('queue' in change) this.#attributes.set(change.queue, change.attributes)
    else if ('sent' in change) {
      this.#waiting.set(change.sent.id, { message: change.sent, receives: 0, visibleAt: 0 })
    } else if ('removed' in change) this.#waiting.delete(change.removed)
    else this.#waiting.clear()
  }
}

function receiptOf(id: string, receives: number): string {
  const mark = createHash('sha256').update(`${id} ${receives}`).digest('hex').slice(0, 16)
  return Buffer.from(`${id} ${receives} ${mark}`).toString('base64url')
}

function invalidReceipt(): SqsError {
  return invalidParameter('The input receipt handle is invalid.')
}

import { env } from 'cloudflare:workers'
import { deliverWebhooks } from '../../src/consumer/deliver-webhooks.ts'
import type { DeliveryDeps } from '../../src/consumer/delivering.ts'
import { notice } from '../../src/db/notice.ts'
import { createWebhook } from '../../src/db/webhooks/change-webhooks.ts'
import { dueWebhooks } from '../../src/db/webhooks/lease-webhook.ts'
import type { WebhookRow } from '../../src/db/webhooks/webhook.ts'
import { displayedHeader } from '../../src/http/mailbox.ts'
import type { EndpointAnswer, ToSend } from '../../src/webhook/send.ts'
import { NOW, random } from './an-api.ts'
import { clear } from './rows.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
export const TIMEOUT = 15 * SECOND

export const OK: EndpointAnswer = { status: 200, response: 'ok', retryAfter: null }
/** As `sendWebhook` tells of who never answers. */
export const NEVER: EndpointAnswer = { status: null, response: 'TimeoutError', retryAfter: null }
export const answer = (status: number, retryAfter: string | null = null): EndpointAnswer => ({
  status,
  response: `status ${status}`,
  retryAfter,
})

/** An endpoint of a host application, and all that it was sent. */
export interface Sink {
  id: string
  endpoint: string
  requests: (ToSend & { answered: number | null })[]
  answers: (event: ToSend) => EndpointAnswer | Promise<EndpointAnswer>
}

export interface ADelivery {
  clock: { now: number }
  deps: DeliveryDeps
  /** Jobs that wait, with the time from which they may run. */
  jobs: { webhooks: string[]; at: number }[]
  sink(events?: string[] | null): Promise<Sink>
  /** One batch of the queue. */
  deliver(webhooks: string[]): Promise<void>
  /** Wakes what is due and runs every job whose time has come, until nothing is due at this moment. */
  settle(): Promise<void>
  /** A sweep each minute, or as seldom as is said, and every job in its time. */
  pass(ms: number, every?: number): Promise<void>
}

/** The delivery on the real D1 with a clock that is set; who never answers takes all of the timeout. */
export function aDelivery(options: Partial<DeliveryDeps> = {}): ADelivery {
  const clock = { now: NOW }
  const sinks = new Map<string, Sink>()
  const jobs: ADelivery['jobs'] = []
  const deps: DeliveryDeps = {
    db: env.DB,
    queue: {
      async enqueue(webhooks, delaySeconds = 0) {
        jobs.push({ webhooks, at: clock.now + delaySeconds * SECOND })
      },
    },
    wording: { region: 'eu-west-1', displayed: displayedHeader },
    async send(event) {
      const to = sinks.get(event.endpoint)
      if (to === undefined) throw new Error(`nobody is at ${event.endpoint}`)
      const answered = await to.answers(event)
      if (answered.status === null) clock.now += TIMEOUT
      to.requests.push({ ...event, answered: answered.status })
      return answered
    },
    now: () => clock.now,
    random,
    chance: () => 0,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms / 50)),
    timeoutMs: TIMEOUT,
    ...options,
  }

  async function deliver(webhooks: string[]): Promise<void> {
    await deliverWebhooks(aBatch({ version: 1, webhooks }), deps)
  }

  async function runJobs(): Promise<number> {
    const ready = jobs.filter(({ at }) => at <= clock.now)
    jobs.splice(0, jobs.length, ...jobs.filter(({ at }) => at > clock.now))
    for (const { webhooks } of ready) await deliver(webhooks)
    return ready.length
  }

  async function settle(): Promise<void> {
    const due = await dueWebhooks(env.DB, clock.now, 100)
    if (due.length > 0) await deliver(due)
    while ((await runJobs()) > 0);
  }

  return {
    clock,
    deps,
    jobs,
    deliver,
    settle,
    async sink(events = null) {
      const id = crypto.randomUUID()
      const endpoint = `https://${id}.acme.dev/in`
      const sink: Sink = { id, endpoint, requests: [], answers: () => OK }
      sinks.set(endpoint, sink)
      const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
      await createWebhook(env.DB, { id, endpoint, events, secret, now: clock.now }, 1000)
      return sink
    },
    async pass(ms, every = MINUTE) {
      const end = clock.now + ms
      while (clock.now < end) {
        await settle()
        const next = Math.min(...jobs.map(({ at }) => at), clock.now + every, end)
        clock.now = Math.max(next, clock.now + 1)
      }
      await settle()
    },
  }
}

export function aBatch(body: unknown): MessageBatch {
  const message: Message = {
    id: crypto.randomUUID(),
    timestamp: new Date(NOW),
    attempts: 1,
    body,
    ack() {},
    retry() {},
  }
  const metadata = { metrics: { backlogCount: 0, backlogBytes: 0 } }
  const queue = 'aerogram-webhooks'
  return { queue, messages: [message], metadata, ackAll() {}, retryAll() {} }
}

/** Things told, each a row of the order of arrival. */
export async function tell(count: number, at: number, from = 0): Promise<void> {
  await env.DB.batch(
    Array.from({ length: count }, (_, n) =>
      notice(env.DB, { type: 'contact.created', at, data: { n: from + n } }),
    ),
  )
}

/** Which of the things told a sink took with a success, in order of their numbers. */
export function taken(sink: Sink): number[] {
  const numbers = sink.requests
    .filter(({ answered }) => answered !== null && answered >= 200 && answered <= 299)
    .map(numberOf)
  return numbers.toSorted((a, b) => a - b)
}

export function numberOf({ body }: Pick<ToSend, 'body'>): number {
  const { data }: { data: { n: number } } = JSON.parse(body)
  return data.n
}

export async function webhookRow(id: string): Promise<WebhookRow> {
  const found = await env.DB.prepare('SELECT * FROM webhooks WHERE id = ?1')
    .bind(id)
    .first<WebhookRow>()
  if (found === null) throw new Error('the webhook is gone')
  return found
}

export interface RetryRow {
  failures: number
  due_at: number | null
}

export async function retriesOf(id: string): Promise<RetryRow[]> {
  const sql =
    'SELECT failures, due_at FROM webhook_retries WHERE webhook_id = ?1 ORDER BY feed, key'
  return (await env.DB.prepare(sql).bind(id).all<RetryRow>()).results
}

export async function attemptsOf(
  id: string,
): Promise<{ number: number; status: number | null; sent_at: number }[]> {
  const sql =
    'SELECT number, status, sent_at FROM webhook_attempts WHERE webhook_id = ?1 ORDER BY feed, key, number'
  return (
    await env.DB.prepare(sql)
      .bind(id)
      .all<{ number: number; status: number | null; sent_at: number }>()
  ).results
}

export async function clearWebhooks(): Promise<void> {
  await clear()
  await env.DB.batch(
    ['webhooks', 'webhook_attempts', 'webhook_retries'].map((table) =>
      env.DB.prepare(`DELETE FROM ${table}`),
    ),
  )
}

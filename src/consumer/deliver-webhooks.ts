import pLimit from 'p-limit'
import { dueWebhooks, leaseWebhook, releaseWebhook } from '../db/webhooks/lease-webhook.ts'
import type { WebhookRow } from '../db/webhooks/webhook.ts'
import { claimToken } from '../domain/attempt.ts'
import { retrySeconds } from '../domain/retry-wait.ts'
import { webhookJob } from '../queue/jobs.ts'
import { buryJob } from './bury-job.ts'
import { deliverRound, ROUND } from './deliver-round.ts'
import type { DeliveryDeps } from './delivering.ts'
import { type QueryBudget, queryBudget } from './query-budget.ts'

const SECOND = 1000
/** Requests are started for as long; then others get a turn. */
const INVOCATION = 25 * SECOND
/** While one endpoint keeps an invocation, the others are looked after that often. */
const LOOK_AGAIN = SECOND / 4
/** What waits longer for its time is the sweeper's. */
const SOON = 10 * SECOND
/** Endpoints of one invocation. */
const MOST_ENDPOINTS = 20

/** D1 queries: to take and release a lease; to read a piece of what is due and to keep the answers. */
const LEASE_QUERIES = 3
const ROUND_QUERIES = 12

/**
 * A batch of the webhooks queue: what is due to the endpoints that it names, each at its own pace,
 * and to any other that something becomes due to meanwhile. The queue may run one invocation at a
 * time: an endpoint that is slow to answer must not keep the others waiting. Never throws.
 */
export async function deliverWebhooks(batch: MessageBatch, deps: DeliveryDeps): Promise<void> {
  const { db, now } = deps
  const dbSlots = pLimit(1)
  const jobs = []
  for (const message of batch.messages) {
    const parsed = webhookJob.safeParse(message.body)
    if (parsed.success) jobs.push({ message, webhooks: parsed.data.webhooks })
    else await buryJob(message, batch.queue, 'not a webhook job', { db, dbSlots, now })
  }
  if (jobs.length === 0) return
  try {
    await deliverTo([...new Set(jobs.flatMap(({ webhooks }) => webhooks))], deps)
    for (const { message } of jobs) message.ack()
  } catch (error) {
    console.warn('webhooks not delivered', { jobs: jobs.length, error: String(error) })
    for (const { message } of jobs) message.retry({ delaySeconds: retrySeconds(message.attempts) })
  }
}

/** Throws when D1 was away for one of them; the others are served all the same. */
async function deliverTo(webhooks: string[], deps: DeliveryDeps): Promise<void> {
  const { db, now, sleep } = deps
  const until = now() + INVOCATION
  const budget = queryBudget()
  const waiting = [...webhooks]
  const running = new Map<string, Promise<void>>()
  const nextAt = new Map<string, number | null>()
  const errors: unknown[] = []
  /** Those that are still at it when time is up. */
  let slow: ReadonlySet<string> | null = null
  for (;;) {
    waiting.splice(0, Math.max(0, MOST_ENDPOINTS - running.size)).forEach(start)
    if (running.size === 0) break
    await Promise.race([Promise.all(running.values()), sleep(LOOK_AGAIN)])
    if (waiting.length === 0) waiting.push(...(await others()))
  }
  await wakeAgain(nextAt, deps)
  if (errors.length > 0) throw errors[0]

  function start(id: string): void {
    const visit = visitWebhook(id, { until, budget }, deps)
      .then((at) => void nextAt.set(id, at))
      .catch((error: unknown) => void errors.push(error))
      .finally(() => running.delete(id))
    running.set(id, visit)
  }

  /** Served as long as somebody keeps the invocation anyway, and no longer. */
  async function others(): Promise<string[]> {
    if (now() >= until) slow ??= new Set(running.keys())
    const keepers = slow ?? running
    if (![...keepers.keys()].some((id) => running.has(id)) || !budget.take(1)) return []
    try {
      const due = await dueWebhooks(db, now(), MOST_ENDPOINTS)
      return due.filter((id) => !running.has(id) && !slow?.has(id))
    } catch (error) {
      console.warn('due webhooks not read', { error: String(error) })
      return []
    }
  }
}

interface Visit {
  until: number
  budget: QueryBudget
}

/** When the endpoint has something due next, or null. */
async function visitWebhook(
  id: string,
  { until, budget }: Visit,
  deps: DeliveryDeps,
): Promise<number | null> {
  const { db, now, random, timeoutMs } = deps
  if (!budget.take(LEASE_QUERIES)) return now()
  const lease = claimToken(random(8))
  const leaseMs = ROUND + 3 * timeoutMs
  const leased = await leaseWebhook(db, { id, lease, until: now() + leaseMs, now: now() })
  if (leased === null) return null
  try {
    await visitRounds(leased)
  } catch (error) {
    await releaseWebhook(db, { id, lease })
    throw error
  }
  return await releaseWebhook(db, { id, lease })

  async function visitRounds(first: WebhookRow): Promise<void> {
    const rounds = { width: { connections: 1 }, until: Math.max(until, now() + SECOND), leaseMs }
    let webhook = first
    while (now() < rounds.until && budget.take(ROUND_QUERIES)) {
      const round = await deliverRound(webhook, rounds, deps)
      if (round.type === 'lease lost') console.warn('webhook lease lost', { webhookId: id })
      if (round.type !== 'sent' || !round.goesOn) return
      webhook = round.webhook
    }
  }
}

/** What was not reached, and what is due so soon that the sweeper would come late. */
async function wakeAgain(
  nextAt: ReadonlyMap<string, number | null>,
  { queue, now }: DeliveryDeps,
): Promise<void> {
  const byDelay = Map.groupBy(nextAt, ([, at]) =>
    at === null ? null : Math.ceil(Math.max(0, at - now()) / SECOND),
  )
  for (const [seconds, due] of byDelay) {
    if (seconds === null || seconds * SECOND > SOON) continue
    const ids = due.map(([id]) => id)
    try {
      await queue.enqueue(ids, seconds)
    } catch (error) {
      console.warn('webhooks left to the sweeper', { webhooks: ids.length, error: String(error) })
    }
  }
}

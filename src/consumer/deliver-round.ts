import { type Answers, keepAnswers } from '../db/webhooks/keep-answers.ts'
import { type Due, type DueEvent, readDue } from '../db/webhooks/read-due.ts'
import { secretsOf, type WebhookRow } from '../db/webhooks/webhook.ts'
import { disabledFor, type Health, healthAfter, verdictOf } from '../domain/webhook-health.ts'
import { positionAt } from '../domain/webhook-position.ts'
import { retryAfterMs, retryAt } from '../domain/webhook-schedule.ts'
import type { DeliveryDeps } from './delivering.ts'
import { sendInOrder, type Width } from './send-in-order.ts'

const SECOND = 1000
/** Answers are written down at least that often, beside the time that one takes. */
export const ROUND = 10 * SECOND

export type Round =
  | { type: 'nothing due' }
  | { type: 'lease lost' }
  | { type: 'sent'; webhook: WebhookRow; goesOn: boolean }

export interface Rounds {
  width: Width
  /** No request starts later. */
  until: number
  leaseMs: number
}

/** Sends a piece of what is due to an endpoint, and writes down what it answered. */
export async function deliverRound(
  webhook: WebhookRow,
  { width, until, leaseMs }: Rounds,
  deps: DeliveryDeps,
): Promise<Round> {
  const { db, now, wording } = deps
  const began = now()
  const due = await readDue(db, webhook, { now: began, wording })
  const probes = webhook.probe_at !== null
  const events = probes ? probeOf(due, began) : [...due.again, ...due.fresh]
  if (events.length === 0 && due.untellable.length === 0 && isAt(webhook, due)) {
    return { type: 'nothing due' }
  }

  const answers: Pick<Answers, 'attempts' | 'failures' | 'done'> = {
    attempts: [],
    failures: [],
    done: [...due.untellable],
  }
  const { failures, failing_since: failingSince } = webhook
  const endpoint: { health: Health; disabledFor: string | null } = {
    health: { failures, failingSince, probeAt: null },
    disabledFor: null,
  }
  const stopAt = Math.min(until, began + ROUND)
  const sent = await sendInOrder(events, width, {
    send,
    stopped: () => !isWell() || now() >= stopAt,
  })
  const attempted = new Set(sent)
  const left = due.fresh.filter((event) => !attempted.has(event))
  const begun = new Set(sent.filter(({ retry }) => retry === null).map(keyOf))
  for (const event of left.filter((each) => begun.has(keyOf(each)))) leave(event)
  const next = left.find((event) => !begun.has(keyOf(event)))

  const kept = await keepAnswers(db, webhook, {
    ...answers,
    leaseUntil: now() + leaseMs,
    end: next === undefined ? due.end : positionAt(next.place),
    // In time for nothing, the probe is still to be made.
    health: sent.length === 0 ? { ...endpoint.health, probeAt: webhook.probe_at } : endpoint.health,
    recovered: probes && sent.length > 0 && isWell(),
    disabledFor: endpoint.disabledFor,
    now: now(),
  })
  if (kept === null) return { type: 'lease lost' }
  report()
  return { type: 'sent', webhook: kept, goesOn: isWell() && kept.status === 'enabled' }

  function isWell(): boolean {
    return endpoint.health.probeAt === null && endpoint.disabledFor === null
  }

  async function send(event: DueEvent): Promise<boolean> {
    const sentAt = now()
    const { id, body, place, type, retry } = event
    const signed = { id, body, secrets: secretsOf(webhook, sentAt), at: sentAt }
    const answer = await deps.send({ ...signed, endpoint: webhook.endpoint })
    const { status, response, retryAfter } = answer
    const verdict = verdictOf(status)
    const at = now()
    answers.attempts.push({ place, type, sentAt, status, response })
    const answered = { verdict, retryAfter, now: at, random: deps.chance() }
    endpoint.health = healthAfter(endpoint.health, answered)
    endpoint.disabledFor ??= disabledFor(verdict, endpoint.health, at)
    if (verdict === 'delivered') {
      if (retry !== null) answers.done.push(retry)
    } else if (retry === null || retry.due_at <= began) {
      const failures = (retry?.failures ?? 0) + 1
      const asked = retryAfterMs(retryAfter, at)
      answers.failures.push({
        place,
        type,
        failures,
        dueAt: retryAt({ failures, now: at, retryAfter: asked, random: deps.chance() }),
        wasDueAt: retry?.due_at ?? null,
      })
    }
    return verdict === 'delivered' || verdict === 'refused'
  }

  /** The cursor stands before or behind a key: the rest of one that was begun is sent from here. */
  function leave({ place, type }: DueEvent): void {
    answers.failures.push({ place, type, failures: 0, dueAt: now(), wasDueAt: null })
  }

  function report(): void {
    const { id } = webhook
    const failed = answers.attempts.filter(({ status }) => verdictOf(status) !== 'delivered').length
    const dead = answers.failures.filter(({ dueAt }) => dueAt === null).length
    const tally = { webhookId: id, sent: sent.length, failed, dead }
    const { disabledFor: reason } = endpoint
    if (reason !== null) console.error('webhook disabled', { ...tally, reason })
    else if (dead > 0) console.error('webhook events given up', tally)
    else if (sent.length > 0) console.info('webhook events sent', tally)
  }
}

/** What is due anyway, else what comes next, else what only waits for its time: then its own tries are not counted. */
function probeOf({ again, fresh }: Due, now: number): DueEvent[] {
  const [first] = again
  const isDue = first !== undefined && first.retry !== null && first.retry.due_at <= now
  const probe = isDue ? first : (fresh[0] ?? first)
  return probe === undefined ? [] : [probe]
}

function isAt({ cursor, cursor_key }: WebhookRow, { end }: Due): boolean {
  return cursor === end.cursor && cursor_key === end.key
}

function keyOf({ place }: DueEvent): string {
  return `${place.feed} ${place.key}`
}

import type { Confirmation } from '../aws/sns-confirm.ts'
import { readCapped, strictText } from '../aws/capped.ts'
import type { Envelope } from '../aws/sns-envelope.ts'
import type { SnsVerifier } from '../aws/sns-verify.ts'
import type { Subscriptions } from '../db/subscriptions.ts'
import { type MailEvent, suppressionReason } from '../domain/event.ts'
import type { EventQueue } from '../queue/enqueue.ts'
import { parseNotification } from './notification.ts'
import { withActor } from './with-actor.ts'

/** SNS carries at most 256 KB, which JSON may escape to twice that. */
const MAX_BODY_BYTES = 512 * 1024
/** At 4 KB an event, below the 128 KB that a queue takes in one job. */
const EVENTS_PER_JOB = 25

export interface SnsDeps {
  verify: SnsVerifier
  confirm: (topicArn: string, token: string) => Promise<Confirmation>
  subscriptions: Subscriptions
  queue: EventQueue
  now: () => number
}

/**
 * SNS tries again after 5xx and drops after any other 4xx: 403 is only for what can never be taken,
 * 503 for what may be genuine while we could not tell or keep it.
 */
export interface SnsReply {
  status: 200 | 400 | 403 | 413 | 503
  body: { result: string } | { error: string }
}

/** Checks, then acts on, one POST of SNS. Throws when the database or the queue is away. */
export async function takeSns(request: Request, deps: SnsDeps): Promise<SnsReply> {
  const bytes = await readCapped(request.body, MAX_BODY_BYTES)
  if (bytes === null) return turnedAway(413, 'the body is too large')
  const body = strictText(bytes)
  if (body === null) return turnedAway(400, 'the body is not UTF-8')
  const verdict = await deps.verify(body, request.headers)
  switch (verdict.type) {
    case 'malformed':
      return turnedAway(400, verdict.reason)
    case 'refused':
      return turnedAway(403, verdict.reason)
    case 'unclear':
      return turnedAway(503, verdict.reason)
    case 'genuine':
      return act(verdict.envelope, deps)
    default:
      return verdict satisfies never
  }
}

export type Taken =
  | { type: 'taken' }
  /** It will never be taken. */
  | { type: 'refused'; reason: string }
  /** It may be genuine, and we cannot tell now. */
  | { type: 'not now'; reason: string }

/**
 * What SNS could not deliver and left in its dead-letter queue, body as SNS would have posted it.
 * Only notifications: a subscription is neither made nor ended by an old message. Throws when the
 * queue is away.
 */
export async function takeUndelivered(
  body: string,
  { verify, queue }: Pick<SnsDeps, 'verify' | 'queue'>,
): Promise<Taken> {
  if (body.length > MAX_BODY_BYTES) return { type: 'refused', reason: 'the body is too large' }
  const verdict = await verify(body, new Headers(), 'dead-letter queue')
  switch (verdict.type) {
    case 'malformed':
    case 'refused':
      return { type: 'refused', reason: verdict.reason }
    case 'unclear':
      return { type: 'not now', reason: verdict.reason }
    case 'genuine': {
      const { envelope } = verdict
      if (envelope.Type !== 'Notification') return { type: 'refused', reason: 'no notification' }
      await takeEvents(envelope.Message, envelope, queue)
      return { type: 'taken' }
    }
    default:
      return verdict satisfies never
  }
}

async function act(envelope: Envelope, deps: SnsDeps): Promise<SnsReply> {
  switch (envelope.Type) {
    case 'Notification':
      return takeEvents(envelope.Message, envelope, deps.queue)
    case 'SubscriptionConfirmation':
      return confirm(envelope.TopicArn, envelope.Token, deps)
    case 'UnsubscribeConfirmation':
      // Never taken back by us: somebody with rights on the topic wanted it.
      await deps.subscriptions.end(envelope.TopicArn, Date.parse(envelope.Timestamp))
      console.error('subscription ended, no events will come', { topicArn: envelope.TopicArn })
      return taken('subscription ended')
    default:
      return envelope satisfies never
  }
}

async function confirm(topicArn: string, token: string, deps: SnsDeps): Promise<SnsReply> {
  const confirmation = await deps.confirm(topicArn, token)
  if (confirmation.type === 'failed') return turnedAway(503, confirmation.reason)
  const { subscriptionArn } = confirmation
  await deps.subscriptions.confirm(topicArn, subscriptionArn, deps.now())
  console.info('subscription confirmed', { topicArn, subscriptionArn })
  return taken('subscription confirmed')
}

async function takeEvents(
  message: string,
  envelope: Envelope,
  queue: EventQueue,
): Promise<SnsReply> {
  const snsId = envelope.MessageId
  const notification = parseNotification(message, Date.parse(envelope.Timestamp))
  if (notification.type !== 'events') {
    const { type, ...name } = notification
    console.warn('notification without an event', { snsId, what: type, ...name })
    return taken('nothing to record')
  }
  const events = notification.events.filter(isOurs).map(withActor)
  const ignored = notification.events.length - events.length
  for (let start = 0; start < events.length; start += EVENTS_PER_JOB) {
    await queue.enqueue({ version: 1, events: events.slice(start, start + EVENTS_PER_JOB) })
  }
  const attempt = events[0]?.attempt ?? null
  console.info('events taken', { snsId, attempt, taken: events.length, ignored })
  return taken(events.length === 0 ? 'nothing to record' : 'events taken')
}

/** Without an attempt of ours an event has no row; a bounce or complaint still tells of an address. */
function isOurs(event: MailEvent): boolean {
  if (event.attempt !== null) return true
  return event.recipient !== null && suppressionReason(event) !== null
}

function taken(result: string): SnsReply {
  return { status: 200, body: { result } }
}

function turnedAway(status: 400 | 403 | 413 | 503, reason: string): SnsReply {
  console.warn('notification turned away', { status, reason })
  return { status, body: { error: reason } }
}

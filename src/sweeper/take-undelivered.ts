import pLimit from 'p-limit'
import type { SnsDeadLetterQueue, UndeliveredMessage } from '../aws/sns-dead-letters.ts'
import { keepDeadLetter } from '../db/keep-dead-letter.ts'
import { markLateEvents } from '../db/late-events.ts'
import type { SweepDeps } from './sweeping.ts'

/** Three thousand notifications a sweep: within what an invocation may ask of others. */
const MAX_BATCHES = 300
/** Each is a row: D1 takes a thousand queries an invocation, and the sweep has more to ask. */
const MAX_REFUSED = 200
/** The sweep has more to do, and comes again. */
const MAX_MS = 30_000
/** Of the six connections that an invocation may have waiting, one is left to others. */
const AT_ONCE = 5

/** `not now`: it may be genuine, and nobody can tell now. */
type Taken =
  { type: 'taken' } | { type: 'refused'; reason: string } | { type: 'not now'; reason: string }

/** SNS's dead-letter queue, and the way into the events queue for what lies in it. */
export interface Undelivered {
  queue: SnsDeadLetterQueue
  take: (body: string) => Promise<Taken>
}

/**
 * Notifications that SNS gave up on. A message is removed from its queue after its events are in
 * ours, or after it stands among the dead letters; whatever fails before leaves it where it was.
 */
export async function takeUndelivered(deps: SweepDeps): Promise<void> {
  const { undelivered, now } = deps
  if (undelivered === null || (await undelivered.queue.count()) === 0) return
  const { queue } = undelivered
  const end = now() + MAX_MS
  const slots = pLimit(AT_ONCE)
  const total = { taken: 0, refused: 0, left: 0 }
  for (let batches = 0; batches < MAX_BATCHES && now() < end; batches += 1) {
    if (total.refused >= MAX_REFUSED) break
    const messages = await queue.receive()
    if (messages.length === 0) break
    await markLateEvents(deps.db, now())
    const results = await Promise.all(
      messages.map((message) => slots(() => takeOne(message, undelivered, deps))),
    )
    for (const result of results) total[result] += 1
    const done = messages.filter((_, at) => results[at] !== 'left')
    if (done.length > 0) await queue.remove(done.map(({ receipt }) => receipt))
    // What could not be taken now will not be in a moment: the queue shows it again later.
    if (done.length === 0) break
  }
  console.info('undelivered notifications received', total)
}

async function takeOne(
  message: UndeliveredMessage,
  { queue, take }: Undelivered,
  { db, now }: SweepDeps,
): Promise<'taken' | 'refused' | 'left'> {
  const { id, body, sentAt, receives } = message
  try {
    const result = await take(body)
    if (result.type === 'taken') return 'taken'
    if (result.type === 'not now') {
      console.warn('undelivered notification left', { sqsId: id, reason: result.reason })
      return 'left'
    }
    await keepDeadLetter(db, {
      jobId: id,
      queue: queue.name,
      body: JSON.stringify(body),
      reason: result.reason,
      attempts: receives,
      queuedAt: sentAt,
      now: now(),
    })
    console.error('undelivered notification buried', { sqsId: id, reason: result.reason })
    return 'refused'
  } catch (error) {
    console.warn('undelivered notification left', { sqsId: id, error: String(error) })
    return 'left'
  }
}

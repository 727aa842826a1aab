import {
  type EventJob,
  eventJob,
  rangeJob,
  type RangeJob,
  sendJob,
  type SendJob,
  webhookJob,
  type WebhookJob,
} from './jobs.ts'

interface Sink<Job> {
  send(job: Job): Promise<unknown>
}

export interface Queues {
  send: Sink<SendJob>
  broadcast: Sink<SendJob | RangeJob>
  events: Sink<EventJob>
  webhooks: Sink<WebhookJob>
}

export type PutBack = { type: 'queued' } | { type: 'refused'; reason: string }

/** A job that was given up goes on its queue once more. Throws when that is away. */
export async function putBack(queue: string, body: unknown, queues: Queues): Promise<PutBack> {
  const name = queue.split('-').at(-1)
  if (name === 'events') {
    const job = eventJob.safeParse(body)
    if (!job.success) return unreadable('an event job')
    await queues.events.send(job.data)
    return { type: 'queued' }
  }
  if (name === 'webhooks') {
    const job = webhookJob.safeParse(body)
    if (!job.success) return unreadable('a webhook job')
    await queues.webhooks.send(job.data)
    return { type: 'queued' }
  }
  const send = sendJob.safeParse(body)
  if (name === 'send') {
    if (!send.success) return unreadable('a send job')
    await queues.send.send(send.data)
    return { type: 'queued' }
  }
  if (name === 'broadcast') {
    const range = rangeJob.safeParse(body)
    const job = range.success ? range : send
    if (!job.success) return unreadable('a send job')
    await queues.broadcast.send(job.data)
    return { type: 'queued' }
  }
  return { type: 'refused', reason: 'There is no such queue.' }
}

/** It would only be buried again. */
function unreadable(what: string): PutBack {
  return { type: 'refused', reason: `Its body is not ${what}.` }
}

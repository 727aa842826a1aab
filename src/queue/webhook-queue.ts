import type { WebhookJob } from './jobs.ts'

export interface WebhookQueue {
  /** Has what is due to these endpoints sent, one job for a hundred of them. Throws when the queue is away; the sweeper re-issues. */
  enqueue(webhooks: string[], delaySeconds?: number): Promise<void>
}

/** Of UUIDs: a job stays far below what one operation is billed for. */
const MAX_WEBHOOKS = 100

export function webhookQueue(queue: Queue<WebhookJob>): WebhookQueue {
  return {
    async enqueue(webhooks, delaySeconds = 0) {
      for (let start = 0; start < webhooks.length; start += MAX_WEBHOOKS) {
        const part = webhooks.slice(start, start + MAX_WEBHOOKS)
        await queue.send({ version: 1, webhooks: part }, { delaySeconds })
      }
    },
  }
}

import type { Config } from '../config.ts'
import { deliverWebhooks } from '../consumer/deliver-webhooks.ts'
import { buryJobs, recordJobs } from '../consumer/record-jobs.ts'
import { sendJobs } from '../consumer/send-jobs.ts'
import { parseRecipientPolicy } from '../domain/recipient-policy.ts'
import { fileStore } from '../files/files.ts'
import { sendQueue } from '../queue/enqueue.ts'
import { webhookQueue } from '../queue/webhook-queue.ts'
import { signOpen } from '../token/open-token.ts'
import type { ConsumerBindings } from './bindings.ts'
import {
  sesOf,
  governorOf,
  trackLinkOf,
  unsubscribeUrlOf,
  minuteMs,
  pauseOf,
  random,
  sleep,
} from './adapters.ts'
import { webhookSender, webhookWaker, WEBHOOK_TIMEOUT, wordingOf } from './webhooks.ts'

const SECOND = 1000

/** Jobs become attempts, events become facts. Takes a batch of any of our queues and never throws. */
export function consumerOf(
  env: ConsumerBindings,
  config: Config,
): (batch: MessageBatch) => Promise<void> {
  const recording = {
    db: env.DB,
    now: Date.now,
    random,
    minuteMs: minuteMs(config),
    pause: pauseOf(config),
  }
  const sending = {
    db: env.DB,
    ses: sesOf(config),
    files: fileStore(env.FILES),
    governor: governorOf(env, config),
    lane: { freeAt: 0 },
    queue: sendQueue(env.SEND, env.BROADCAST),
    pixelUrl: (attempt: string) =>
      `${config.PUBLIC_URL}/o/${signOpen(attempt, config.TOKEN_KEYS)}.gif`,
    trackLink: trackLinkOf(config),
    unsubscribeUrl: unsubscribeUrlOf(config),
    now: Date.now,
    random,
    sleep,
    settings: {
      configurationSet: config.SES_CONFIGURATION_SET,
      recipientPolicy: parseRecipientPolicy(config.RECIPIENT_POLICY),
      pixel: config.OPEN_PIXEL,
      sesTracking: config.SES_TRACKING,
      clickTracking: config.CLICK_TRACKING,
      leaseMs: config.LEASE_SECONDS * SECOND,
      claimFreshMs: config.CLAIM_FRESH_SECONDS * SECOND,
      windowMs: config.DOUBT_WINDOW_SECONDS * SECOND,
      minuteMs: minuteMs(config),
    },
  }
  const delivery = {
    db: env.DB,
    queue: webhookQueue(env.WEBHOOKS),
    wording: wordingOf(config),
    send: webhookSender(config),
    now: Date.now,
    random,
    chance: Math.random,
    sleep,
    timeoutMs: WEBHOOK_TIMEOUT,
  }
  const wake = webhookWaker(env)
  return async (batch) => {
    if (batch.queue.endsWith('-dead')) return await buryJobs(batch, recording)
    if (batch.queue.endsWith('-webhooks')) return await deliverWebhooks(batch, delivery)
    if (batch.queue.endsWith('-events')) await recordJobs(batch, recording)
    else await sendJobs(batch, sending)
    await wake()
  }
}

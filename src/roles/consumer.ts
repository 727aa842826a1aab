import type { Config } from '../config.ts'
import { buryJobs, recordJobs } from '../consumer/record-jobs.ts'
import { sendJobs } from '../consumer/send-jobs.ts'
import { parseRecipientPolicy } from '../domain/recipient-policy.ts'
import { fileStore } from '../files/files.ts'
import { sendQueue } from '../queue/enqueue.ts'
import { signOpen } from '../token/open-token.ts'
import type { ConsumerBindings } from './bindings.ts'
import {
  sesOf,
  governorOf,
  unsubscribeUrlOf,
  minuteMs,
  pauseOf,
  random,
  sleep,
} from './adapters.ts'

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
    unsubscribeUrl: unsubscribeUrlOf(config),
    now: Date.now,
    random,
    sleep,
    settings: {
      configurationSet: config.SES_CONFIGURATION_SET,
      recipientPolicy: parseRecipientPolicy(config.RECIPIENT_POLICY),
      pixel: config.OPEN_PIXEL,
      sesTracking: config.SES_TRACKING,
      leaseMs: config.LEASE_SECONDS * SECOND,
      claimFreshMs: config.CLAIM_FRESH_SECONDS * SECOND,
      windowMs: config.DOUBT_WINDOW_SECONDS * SECOND,
      minuteMs: minuteMs(config),
    },
  }
  return (batch) => {
    if (batch.queue.endsWith('-dead')) return buryJobs(batch, recording)
    if (batch.queue.endsWith('-events')) return recordJobs(batch, recording)
    return sendJobs(batch, sending)
  }
}

import { confirmSubscription } from '../aws/sns-confirm.ts'
import type { SnsAccess } from '../aws/sns-fetch.ts'
import { createSnsVerifier } from '../aws/sns-verify.ts'
import { subscriptionsIn } from '../db/subscriptions.ts'
import { eventQueue } from '../queue/enqueue.ts'
import type { EventJob } from '../queue/jobs.ts'
import type { SnsDeps } from './sns.ts'

export interface SnsParts {
  db: D1Database
  events: Queue<EventJob>
  topics: readonly string[]
  sns: SnsAccess
  now: () => number
}

/** The door for SNS, by whichever way its messages come. */
export function snsDeps({ db, events, topics, sns, now }: SnsParts): SnsDeps {
  const subscriptions = subscriptionsIn(db)
  return {
    verify: createSnsVerifier({
      ...sns,
      topics,
      now,
      isConfirmed: (topicArn) => subscriptions.isConfirmed(topicArn),
    }),
    confirm: (topicArn, token) => confirmSubscription(topicArn, token, sns),
    subscriptions,
    queue: eventQueue(events),
    now,
  }
}

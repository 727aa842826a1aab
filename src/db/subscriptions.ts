/** Topics whose subscription we confirmed. */
export interface Subscriptions {
  isConfirmed(topicArn: string): Promise<boolean>
  /** Times in epoch milliseconds. The latest confirmation of a topic stands. */
  confirm(topicArn: string, subscriptionArn: string, at: number): Promise<void>
  /** Ends what was confirmed before that time; a later confirmation stays. */
  end(topicArn: string, at: number): Promise<void>
}

const IS_CONFIRMED = `SELECT 1 FROM subscriptions WHERE topic_arn = ?1`

const CONFIRM = `INSERT INTO subscriptions (topic_arn, subscription_arn, confirmed_at)
VALUES (?1, ?2, ?3)
ON CONFLICT (topic_arn) DO UPDATE
SET subscription_arn = excluded.subscription_arn, confirmed_at = excluded.confirmed_at
WHERE excluded.confirmed_at >= confirmed_at`

const END = `DELETE FROM subscriptions WHERE topic_arn = ?1 AND confirmed_at < ?2`

export function subscriptionsIn(db: D1Database): Subscriptions {
  return {
    async isConfirmed(topicArn) {
      return (await db.prepare(IS_CONFIRMED).bind(topicArn).first()) !== null
    },
    async confirm(topicArn, subscriptionArn, at) {
      await db.prepare(CONFIRM).bind(topicArn, subscriptionArn, at).run()
    },
    async end(topicArn, at) {
      await db.prepare(END).bind(topicArn, at).run()
    },
  }
}

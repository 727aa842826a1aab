import { fetchSns, type SnsAccess } from './sns-fetch.ts'
import { snsRegion } from './sns-region.ts'

const SUBSCRIPTION = /<SubscriptionArn>([^<]{1,512})<\/SubscriptionArn>/
const SUBSCRIPTION_ID = /^:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

export type Confirmation =
  { type: 'confirmed'; subscriptionArn: string } | { type: 'failed'; reason: string }

/**
 * Confirms by an address that we build: SubscribeURL is never followed. May be repeated.
 * Source: SNS API, ConfirmSubscription.
 */
export async function confirmSubscription(
  topicArn: string,
  token: string,
  sns: SnsAccess,
): Promise<Confirmation> {
  const query = new URLSearchParams({
    Action: 'ConfirmSubscription',
    TopicArn: topicArn,
    Token: token,
  })
  const answer = await fetchSns(`${snsRegion(topicArn).origin}/?${query.toString()}`, sns)
  if (answer.type === 'none') return { type: 'failed', reason: answer.reason }
  const subscriptionArn = SUBSCRIPTION.exec(answer.text)?.[1]
  if (
    subscriptionArn === undefined ||
    !subscriptionArn.startsWith(topicArn) ||
    !SUBSCRIPTION_ID.test(subscriptionArn.slice(topicArn.length))
  ) {
    return { type: 'failed', reason: 'SNS named no subscription to the topic' }
  }
  return { type: 'confirmed', subscriptionArn }
}

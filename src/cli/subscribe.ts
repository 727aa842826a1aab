import { type EventChannel, listSubscriptions, openEventChannel } from '../aws/event-channel.ts'
import { type AwsAccess, callSns } from '../aws/signed-call.ts'
import { until } from './until.ts'

const CONFIRMATION_WAIT_MS = 30_000

/** Lets the simulator's SNS tell this Worker, and none of an earlier start on another port. */
export async function subscribeWorker(channel: EventChannel, access: AwsAccess): Promise<void> {
  const { topicArn, endpoint } = channel
  await openEventChannel(channel, access)
  await until('The confirmation of the subscription', CONFIRMATION_WAIT_MS, async () => {
    const subscriptions = await listSubscriptions(topicArn, access)
    return subscriptions.some((known) => known.endpoint === endpoint && known.arn !== null)
  })
  for (const { endpoint: other, arn } of await listSubscriptions(topicArn, access)) {
    if (other === endpoint || arn === null) continue
    await callSns('Unsubscribe', { SubscriptionArn: arn }, access)
  }
}

import { listSubscriptions } from '../../src/aws/event-channel.ts'
import { callSns } from '../../src/aws/signed-call.ts'
import { LOCAL_CREDENTIALS } from '../../src/cli/simulator-process.ts'
import type { Lab } from './lab.ts'

const TOPIC = 'arn:aws:sns:eu-west-1:000000000000:aerogram-local'

/** SNS is told to be more or less patient with us, or where to leave what it gives up on. */
export async function subscriptionOf(
  { stack }: Lab,
  change: { DeliveryPolicy?: { healthyRetryPolicy: object }; RedrivePolicy?: '' },
): Promise<void> {
  const endpoint = stack.simulator.url
  const access = {
    ...LOCAL_CREDENTIALS,
    region: 'eu-west-1',
    sesEndpoint: endpoint,
    snsEndpoint: endpoint,
    sqsEndpoint: endpoint,
  }
  for (const { arn } of await listSubscriptions(TOPIC, access)) {
    for (const [AttributeName, value] of Object.entries(change)) {
      const AttributeValue = typeof value === 'string' ? value : JSON.stringify(value)
      const asked = { SubscriptionArn: arn ?? '', AttributeName, AttributeValue }
      await callSns('SetSubscriptionAttributes', asked, access)
    }
  }
}

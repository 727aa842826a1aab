import { expect, test } from 'vitest'
import { confirmSubscription } from '../../src/aws/sns-confirm.ts'
import { aNetwork } from '../support/sns-network.ts'
import { TOKEN, TOPIC } from '../support/sns-signer.ts'

const SUBSCRIPTION = `${TOPIC}:6f1c0bd4-3f5e-4a0e-9a0b-0123456789ab`

function confirmed(subscriptionArn: string): string {
  return `<ConfirmSubscriptionResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><ConfirmSubscriptionResult><SubscriptionArn>${subscriptionArn}</SubscriptionArn></ConfirmSubscriptionResult><ResponseMetadata><RequestId>x</RequestId></ResponseMetadata></ConfirmSubscriptionResponse>`
}

test('a subscription is confirmed at the address that we build', async () => {
  const network = aNetwork()
  network.answers.set('/', () => new Response(confirmed(SUBSCRIPTION)))
  const sns = { fetch: network.fetch, endpoint: undefined }
  expect(await confirmSubscription(TOPIC, TOKEN, sns)).toEqual({
    type: 'confirmed',
    subscriptionArn: SUBSCRIPTION,
  })
  const [request = ''] = network.requests
  const url = new URL(request)
  expect(url.origin).toBe('https://sns.eu-west-1.amazonaws.com')
  expect(Object.fromEntries(url.searchParams)).toEqual({
    Action: 'ConfirmSubscription',
    TopicArn: TOPIC,
    Token: TOKEN,
  })
})

test('on a laptop only the origin of the address is another', async () => {
  const network = aNetwork()
  network.answers.set('/', () => new Response(confirmed(SUBSCRIPTION)))
  await confirmSubscription(TOPIC, TOKEN, {
    fetch: network.fetch,
    endpoint: 'http://127.0.0.1:8790/',
  })
  const query = new URLSearchParams({
    Action: 'ConfirmSubscription',
    TopicArn: TOPIC,
    Token: TOKEN,
  })
  expect(network.requests).toEqual([`http://127.0.0.1:8790/?${query.toString()}`])
})

test.each([
  ['a refusal', () => new Response('<ErrorResponse/>', { status: 400 })],
  ['trouble', () => new Response('', { status: 500 })],
  [
    'a redirect',
    () => new Response(null, { status: 302, headers: { location: 'https://evil.example' } }),
  ],
  ['nothing', () => new Response('')],
  ['no connection', () => Promise.reject(new TypeError('connection refused'))],
  ['"pending confirmation"', () => new Response(confirmed('pending confirmation'))],
  [
    'a subscription to another topic',
    () => new Response(confirmed(SUBSCRIPTION.replace('aerogram', 'monogram'))),
  ],
  ['a topic instead of a subscription', () => new Response(confirmed(TOPIC))],
  ['a subscription with a tail', () => new Response(confirmed(`${SUBSCRIPTION}x`))],
  ['a book', () => new Response(confirmed(SUBSCRIPTION) + ' '.repeat(21 * 1024))],
])('%s is no confirmation', async (_, answer) => {
  const network = aNetwork()
  network.answers.set('/', answer)
  const confirmation = await confirmSubscription(TOPIC, TOKEN, {
    fetch: network.fetch,
    endpoint: undefined,
  })
  expect(confirmation).toMatchObject({ type: 'failed' })
})
